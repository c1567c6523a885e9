"""Where a profile's text comes from: a built-in one, or a file."""

from __future__ import annotations

from importlib.resources import files

from ftlab.profile import BUILT_IN, Profile, load_profile
from ftlab.user_files import read_text


def read_profile(name: str) -> str:
    """The text of a built-in profile, or of a file. Raises ``OSError``, ``UnicodeDecodeError``."""
    if name in BUILT_IN:
        return files("ftlab.profile").joinpath(f"builtin/{name}.toml").read_text("utf-8")
    return read_text(name)


def open_profile(name: str) -> Profile:
    """A profile by its built-in name or its path. Raises ``ProfileError``."""
    return load_profile(name, read_profile)
