"""What a lab should be, as data: TOML text → :class:`Profile`. Pure, and strict."""

from ftlab.profile.load import BUILT_IN, Read, load_profile
from ftlab.profile.source import ProfilePlace
from ftlab.profile.state import DEFAULT, Profile, State

__all__ = ["BUILT_IN", "DEFAULT", "Profile", "ProfilePlace", "Read", "State", "load_profile"]
