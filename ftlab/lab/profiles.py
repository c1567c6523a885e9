"""Profiles by name: where their text comes from, and ``lab.profiles``."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from ftlab.errors import UsageError
from ftlab.lab.history import Answer, heading
from ftlab.profile import BUILT_IN, Profile, load_profile
from ftlab.report.profiles import profiles_document, render_profile, render_profiles


def read_profile(name: str) -> str:
    """The text of a built-in profile, or of a file. Raises ``OSError``, ``UnicodeDecodeError``."""
    if name in BUILT_IN:
        return files("ftlab.profile").joinpath(f"builtin/{name}.toml").read_text("utf-8")
    return Path(name).expanduser().read_text("utf-8-sig")


def open_profile(name: str) -> Profile:
    """A profile by its built-in name or its path. Raises ``ProfileError``."""
    return load_profile(name, read_profile)


def _entry(name: str) -> dict[str, Any]:
    profile = open_profile(name)
    return {
        "name": name,
        "description": profile.description,
        "warning": profile.warning,
        "sources": list(profile.sources),
        "text": read_profile(name),
    }


def profiles(name: str | None = None) -> Answer:
    """``lab.profiles``: all built-in ones, or the text of one (a file too, once it is right).
    Contacts nobody. Raises ``ProfileError``."""
    if name is not None and not name.strip():
        raise UsageError("--name needs the name of a profile")
    entries = [_entry(each) for each in ([name] if name else BUILT_IN)]
    return Answer(
        document=lambda: profiles_document(heading(task="lab.profiles"), entries),
        text=lambda view: (
            render_profile(entries[0], view) if name else render_profiles(entries, view)
        ),
    )
