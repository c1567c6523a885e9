"""What a lab should be, as data: TOML text → :class:`Profile`. Pure, and strict."""

from ftlab.profile.load import BUILT_IN, Read, load_profile, load_settings
from ftlab.profile.source import ProfilePlace
from ftlab.profile.state import DEFAULT, OwnTable, Profile, State

__all__ = [
    "BUILT_IN", "DEFAULT", "OwnTable", "Profile", "ProfilePlace", "Read", "State", "load_profile",
    "load_settings",
]  # fmt: skip
