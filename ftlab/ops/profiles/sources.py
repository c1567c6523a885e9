"""Where a profile's text comes from: a built-in one, or a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files

from ftlab.esxi.settings.own import merged, read_own
from ftlab.esxi.settings.setting import HostSetting
from ftlab.ops.settings.names import refuse_taken
from ftlab.profile import BUILT_IN, OwnTable, Profile, load_profile, load_settings
from ftlab.user_files import read_text


def read_profile(name: str) -> str:
    """The text of a built-in profile, or of a file. Raises ``OSError``, ``UnicodeDecodeError``."""
    if name in BUILT_IN:
        return files("ftlab.profile").joinpath(f"builtin/{name}.toml").read_text("utf-8")
    return read_text(name)


def open_settings(name: str) -> Mapping[str, HostSetting]:
    """The settings of a user's own in a file, by name. Raises ``ProfileError``."""
    return own_settings(load_settings(name, read_profile))


def own_settings(tables: Iterable[OwnTable]) -> Mapping[str, HostSetting]:
    """By name. Raises ``ProfileError``, with its place, for one that is wrong, cannot be read back,
    or has the name of one that comes with ftlab."""
    found: list[HostSetting] = []
    for each in tables:
        with each.place.in_errors():
            setting = read_own(each.table)
            refuse_taken(setting.name)
            found = list(merged([*found, setting]).values())
    return {setting.name: setting for setting in found}


def open_profile(name: str) -> Profile:
    """A profile by its built-in name or its path. Raises ``ProfileError``."""
    return load_profile(name, read_profile)
