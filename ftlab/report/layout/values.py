"""One value as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftlab.report.layout.escape import escape

NOTHING = "–"


def format_value(value: Any) -> str:
    """A value in a table: a dash for nothing, lists and small mappings on one line, safe."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        pairs = (f"{escape(str(key))}={format_value(item)}" for key, item in value.items())
        return ", ".join(pairs) or NOTHING
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(format_value(item) for item in value) or NOTHING
    return escape(str(value)) or '""'


def setting(value: Any) -> str:
    """A setting's value before or after a change: text in quotes, so that ``"1"`` is not 1."""
    if value is None:
        return "absent"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(format_value(member) for member in value)}]"
    return f'"{escape(value)}"' if isinstance(value, str) else format_value(value)


def option(value: Any) -> str:
    """The same of an advanced option: a host always has a value, and where none is told it is the
    one that the host chooses itself."""
    return "default" if value is None else setting(value)


def plural(count: int, noun: str) -> str:
    """``1 host``, ``2 hosts``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def format_seconds(seconds: float) -> str:
    """A whole number of seconds that go by: ``8 s``, ``3 min 20 s``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def format_duration(seconds: float) -> str:
    """A duration: ``0.4 s``, ``12 s``, ``3 min 20 s``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
