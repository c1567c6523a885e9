"""Old runs, forgotten together with their backups on the hosts that are visited anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ftlab.engine.runner import Runner
from ftlab.frozen import frozen
from ftlab.journal import Journal
from ftlab.model import Outcome, internal_of
from ftlab.ops.files.beside import temporary_path
from ftlab.ops.profiles.apply import DiscardedBackups


@frozen
class Keep:
    """How many of the newest runs, and for how many days, runs are kept (``None``: no limit).
    A run that is beyond either is forgotten; the newest never is."""

    runs: int | None = None
    days: float | None = None

    @property
    def is_unlimited(self) -> bool:
        return self.runs is None and self.days is None


@dataclass
class Pruning:
    """Runs to delete, and their backups per host that still exist.

    A run is forgotten when no host of the inventory holds a backup of it any more, so one whose
    host could not be reached waits for a later night.
    """

    journal: Journal | None = None
    runs: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Runner, keep: Keep, hosts: Set[str]) -> Pruning:
        """For a run that has begun; ``hosts`` are those of the inventory."""
        journal = run.journal
        if journal is None or keep.is_unlimited:
            return cls()
        limit = None
        if keep.days is not None:
            limit = (datetime.now(UTC) - timedelta(days=keep.days)).isoformat()
        due = journal.prunable(keep=keep.runs, older_than=limit)
        return cls(journal, {name: _backups(journal, name, hosts) for name in due})

    @property
    def outdated(self) -> Mapping[str, tuple[str, ...]]:
        """The backups to remove, by host."""
        by_host: dict[str, tuple[str, ...]] = {}
        for host, path in sorted({each for left in self.runs.values() for each in left}):
            by_host[host] = (*by_host.get(host, ()), path)
        return by_host

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Take down which backups are gone."""
        gone = {
            (o.host, path)
            for o in outcomes
            for discarded in internal_of(o, DiscardedBackups)
            for path in discarded.paths
        }
        for left in self.runs.values():
            left.difference_update(gone)

    def forget(self) -> None:
        """Remove the runs without backups from the journal."""
        if self.journal is not None:
            self.journal.forget([run for run, left in self.runs.items() if not left])


def _backups(journal: Journal, run: str, hosts: Set[str]) -> set[tuple[str, str]]:
    """The backups of a run, and what it may have left beside them if it was killed. It is not
    at work any more: the one who prunes holds the inventory's lock."""
    found: set[tuple[str, str]] = set()
    for entry in journal.changes(run):
        backup = str(entry.extra.get("backup") or "")
        if backup and entry.host in hosts:
            found.add((entry.host, backup))
            if entry.state == "intended":
                found.add((entry.host, temporary_path(backup)))
    return found
