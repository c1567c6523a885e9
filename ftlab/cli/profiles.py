"""Profiles by name: where their text comes from, and ``lab.profiles``."""

from __future__ import annotations

from typing import Any

from ftlab.cli.history import Answer
from ftlab.engine.report import heading
from ftlab.errors import UsageError
from ftlab.ops.profiles.sources import open_profile, read_profile
from ftlab.profile import BUILT_IN
from ftlab.report.terminal.profiles import profiles_document, render_profile, render_profiles


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
