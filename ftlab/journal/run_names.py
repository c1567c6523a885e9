"""Which run is meant: by its id, a part of it, or ``last``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from ftlab.errors import UsageError
from ftlab.journal.database import Database
from ftlab.journal.rows import inventory_in, readable

_LAST: Final = "last"
_SHOWN: Final = 5
MOVED: Final = "if this file was moved from there: ftlab lab.history --moved-from OLD_FILE"


class RunNames:
    """The names of the runs on one ``inventory`` (a real path; ``None``: on any)."""

    def __init__(self, database: Database, inventory: str | None = None) -> None:
        self._database = database
        self._inventory = inventory
        self._damaged: dict[str, None] = {}

    def elsewhere(self) -> dict[str, int]:
        """How many runs there are on each other inventory."""
        return Counter(where for where in self._names().values() if not self._is_own(where))

    def last_to_retry(self) -> str:
        """The newest run that changed something, or of which hosts failed. Raises
        ``UsageError`` where there is no run."""
        own = [name for name, where in self._names().items() if self._is_own(where)]
        if not own:
            return self.resolve(_LAST)
        return self._last(
            own,
            "SELECT run FROM changes UNION SELECT run FROM hosts"
            " WHERE status IN ('failed', 'unreachable') OR status IS NULL",
        )

    def _last(self, own: list[str], of: str) -> str:
        """The newest of the runs that a query gives; the newest at all where it gives none."""
        chosen = {run for (run,) in self._database.rows(of)}
        return next((name for name in reversed(own) if name in chosen), own[-1])

    def resolve(self, run: str) -> str:
        """The full id of a run."""
        everywhere = self._names()
        own = [name for name, where in everywhere.items() if self._is_own(where)]
        if run == _LAST and own:
            return self._last(own, "SELECT DISTINCT run FROM changes")
        if run in everywhere:
            return run
        if run.isascii():  # all are; a word in no encoding cannot be asked for
            for row in self._database.rows("SELECT run, info FROM runs WHERE run = ?", run):
                inventory_in(row)  # says what is wrong with it
        tried = (part(run, names) for names in (own, everywhere) for part in _PARTS)
        meant = next(filter(None, tried), [])
        if len(meant) != 1:
            raise self._unclear(run, meant, own)
        return meant[0]

    def _names(self) -> dict[str, str]:
        """Every run's inventory, oldest first."""
        rows = self._database.rows("SELECT run, info FROM runs ORDER BY seq")
        found = readable(rows, lambda row: (row[0], inventory_in(row)), self._damaged)
        return dict(found)

    def _is_own(self, inventory: str) -> bool:
        return self._inventory in {None, inventory}

    def _unclear(self, run: str, meant: list[str], own: list[str]) -> UsageError:
        if meant:
            where = "begin" if meant[0].startswith(run) else "end"
            message = f"{len(meant)} runs {where} with {run}: {', '.join(meant[-_SHOWN:])}"
            return UsageError(message, hint="give more of the run's id")
        others = self.elsewhere()
        if others and not own:
            return UsageError(
                f"no run on {self._inventory} is recorded",
                hint=f"there are runs on {', '.join(list(others)[-_SHOWN:])}; {MOVED}",
            )
        near = [name for name in own if _is_alike(run, name)][-_SHOWN:]
        asked = f"did you mean {', '.join(near)}? " if near else ""
        return UsageError(
            f"no run {run} is recorded" if own else "no run is recorded yet",
            hint=f"{asked}only runs that change something are recorded; lab.history lists them",
        )


def _is_alike(run: str, name: str) -> bool:
    """Whether one is the other but for a slip in one character, or two that changed places."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, run, name, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return max(len(run), len(name)) - same <= 1


def _beginning(run: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if run and name.startswith(run)]


def _ending(run: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if run and name.endswith(run)]


_PARTS = (_beginning, _ending)
