"""What was changed, on disk: one SQLite database of runs, hosts and changes.

Its modules are loaded when a name of theirs is first used: a run that only reads needs none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftlab.journal.journal import Journal
    from ftlab.journal.outstanding import Outstanding
    from ftlab.journal.records import (
        UNFINISHED,
        HostRecord,
        JournalChange,
        RunInfo,
        RunRecord,
        Setting,
        setting_of,
    )

__all__ = [
    "UNFINISHED",
    "HostRecord",
    "Journal",
    "JournalChange",
    "Outstanding",
    "RunInfo",
    "RunRecord",
    "Setting",
    "setting_of",
]

_HOMES = {"Journal": "journal", "Outstanding": "outstanding"}
"""The modules of what is not in ``records``."""


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(f"ftlab.journal.{_HOMES.get(name, 'records')}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
