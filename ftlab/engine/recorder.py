"""Where the changes of a run are written down: in the journal, or nowhere."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ftlab.frozen import frozen
from ftlab.model import Change

if TYPE_CHECKING:
    from ftlab.journal import Journal  # sqlite3 is loaded by the first run, not by --help

Settled = tuple[int, str, Change]
"""The id of an intended change, its new state, and the change as it came out."""


class Recorder(Protocol):
    """Where changes are written down. ``intend`` returns, with an id for each change, once they
    are on disk; ``settle`` records how far each came."""

    def intend(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[int]: ...

    def settle(self, entries: Sequence[Settled]) -> None: ...

    def resolve(self, idents: Sequence[int]) -> None:
        """Nothing is left of these changes of earlier runs."""


class Unrecorded:
    """The recorder of runs that change nothing, and of library users without a journal."""

    def intend(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[int]:  # noqa: ARG002 - protocol
        return [0] * len(changes)

    def settle(self, entries: Sequence[Settled]) -> None:
        pass

    def resolve(self, idents: Sequence[int]) -> None:
        pass


@frozen
class JournalRecorder:
    """A ``Recorder`` that writes to the journal."""

    journal: Journal
    run: str
    host: str

    def intend(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[int]:
        timed = {**extra, "at": time.time()}
        with self.journal.together():
            return [self.journal.intend(self.run, self.host, one, timed) for one in changes]

    def settle(self, entries: Sequence[Settled]) -> None:
        with self.journal.together():
            for ident, state, change in entries:
                # An undone change stays in the journal as it was when it was made.
                self.journal.settle(ident, state, None if state == "undone" else change)

    def resolve(self, idents: Sequence[int]) -> None:
        with self.journal.together():
            for ident in idents:
                self.journal.see_to(ident, self.run)
