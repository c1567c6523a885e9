"""A VMX file as a document: bytes in, bytes out, and only the edited lines differ."""

from __future__ import annotations

from ftlab.vmx.document import Duplicate, VmxDocument

__all__ = ["Duplicate", "VmxDocument"]
