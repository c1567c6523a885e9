"""The fixture of ``ansible_place``, for every test here."""

from ansible_place import ansible

__all__ = ["ansible"]
