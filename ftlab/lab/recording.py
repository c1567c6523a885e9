"""The journal, seen from one host of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftlab.journal import Journal
from ftlab.model import Change
from ftlab.ops.context import Settled


@dataclass(frozen=True)
class JournalRecorder:
    """An ``ops.context.Recorder`` that writes to the journal."""

    journal: Journal
    run: str
    host: str

    def intend(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[int]:
        with self.journal.together():
            return [self.journal.intend(self.run, self.host, one, extra) for one in changes]

    def settle(self, entries: Sequence[Settled]) -> None:
        with self.journal.together():
            for ident, state, change in entries:
                # An undone change stays in the journal as it was when it was made.
                self.journal.settle(ident, state, None if state == "undone" else change)
