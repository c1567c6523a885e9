"""What was changed, on disk: one SQLite database of runs, hosts and changes."""

from __future__ import annotations

from ftlab.journal.journal import Journal
from ftlab.journal.records import UNFINISHED, HostRecord, JournalChange, RunInfo, RunRecord

__all__ = ["UNFINISHED", "HostRecord", "Journal", "JournalChange", "RunInfo", "RunRecord"]
