"""The journal, seen from one host of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftlab.journal import Journal
from ftlab.model import Change


@dataclass(frozen=True)
class JournalRecorder:
    """An ``ops.context.Recorder`` that writes to the journal."""

    journal: Journal
    run: str
    host: str

    def intend(self, change: Change, extra: Mapping[str, Any]) -> int:
        return self.journal.intend(self.run, self.host, change, extra)

    def settle(self, change_id: int, state: str, change: Change) -> None:
        if state == "undone":
            self.journal.settle(change_id, state)
        else:
            self.journal.settle(change_id, state, after=change.after)
