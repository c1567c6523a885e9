"""What was changed, on disk: one SQLite database of runs, hosts and changes."""

from __future__ import annotations

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
