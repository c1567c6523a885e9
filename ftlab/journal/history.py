"""The journal's reading side: what ``lab.history``, ``lab.undo`` and ``@failed`` ask for."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ftlab.errors import UsageError
from ftlab.journal.database import Database
from ftlab.journal.records import UNFINISHED, HostRecord, JournalChange, RunRecord
from ftlab.model import Change, Failure

_LAST: Final = "last"
_RETRY: Final = frozenset({"failed", "unreachable", UNFINISHED})
_SHOWN: Final = 5


class History:
    """What the runs so far did. Wherever a run is named, the beginning of its id is enough
    if no other begins so, and ``last`` is the newest run. Raises ``StateError`` where the
    database cannot be read, ``UsageError`` where no run, or more than one, is meant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self, limit: int | None = None) -> list[RunRecord]:
        """The newest ``limit`` runs (all: ``None``), newest first."""
        hosts: dict[str, list[str]] = {}
        for run, host in self._database.rows("SELECT run, host FROM hosts ORDER BY seq"):
            hosts.setdefault(run, []).append(host)
        rows = self._database.rows(
            "SELECT run, task, info, seconds, status, exit FROM runs ORDER BY seq DESC LIMIT ?",
            -1 if limit is None else limit,
        )
        return [_run(row, hosts.get(row[0], ())) for row in rows]

    def run(self, run: str) -> RunRecord:
        """One run."""
        name = self.resolve(run)
        [row] = self._database.rows(
            "SELECT run, task, info, seconds, status, exit FROM runs WHERE run = ?", name
        )
        return _run(row, [record.host for record in self.outcomes(name)])

    def changes(self, run: str, host: str | None = None) -> list[JournalChange]:
        """A run's changes (on one host) in the order in which they were intended."""
        rows = self._database.rows(
            "SELECT id, run, host, change, state, extra FROM changes WHERE run = ? ORDER BY id",
            self.resolve(run),
        )
        return [change_in(row) for row in rows if host is None or row[2] == host]

    def outcomes(self, run: str) -> list[HostRecord]:
        """How each host fared, in inventory order."""
        rows = self._database.rows(
            "SELECT host, status, error, seconds FROM hosts WHERE run = ? ORDER BY seq",
            self.resolve(run),
        )
        return [_host(row) for row in rows]

    def failed_hosts(self, run: str) -> list[str]:
        """Hosts that failed, could not be reached, or never came to an end."""
        return [record.host for record in self.outcomes(run) if record.status in _RETRY]

    def originals(self, tasks: Collection[str], hosts: Collection[str]) -> list[JournalChange]:
        """VMX and option changes by these tasks on these hosts that were not undone, newest first.

        A change that is only ``intended`` is among them: the host may have heard of it, and if
        it has not, ``before`` is what is still there.
        """
        rows = self._database.rows(
            "SELECT id, run, host, change, state, extra, task FROM changes JOIN runs USING (run)"
            " WHERE state IN ('intended', 'applied', 'verified') ORDER BY id DESC"
        )
        made = (change_in(row) for *row, task in rows if task in tasks and row[2] in hosts)
        return [entry for entry in made if entry.change.target in {"vmx", "advopt"}]

    def prunable(self, *, keep: int | None = None, older_than: str | None = None) -> list[str]:
        """Runs that may be forgotten, oldest first: those beyond the newest ``keep`` (at least
        0) and those begun before ``older_than`` (ISO 8601, UTC if it says no zone). Never the
        newest run, and one without an end, which may be at work, only by its age."""
        limit = None if older_than is None else _instant(older_than)
        found = [
            record.run
            for rank, record in enumerate(self.runs())
            if rank > 0
            and (
                (keep is not None and rank >= keep and record.status != UNFINISHED)
                or (limit is not None and _instant(record.started) < limit)
            )
        ]
        return found[::-1]

    def resolve(self, run: str) -> str:
        """The full id of a run."""
        names = [str(name) for (name,) in self._database.rows("SELECT run FROM runs ORDER BY seq")]
        if run == _LAST and names:
            return names[-1]
        if run in names:
            return run
        meant = [name for name in names if run and name.startswith(run)]
        if len(meant) != 1:
            raise _unclear(run, meant, names)
        return meant[0]


def change_in(row: Sequence[Any]) -> JournalChange:
    """A row of the table ``changes``."""
    id_, run, host, change, state, extra = row
    return JournalChange(id_, run, host, Change(**json.loads(change)), state, json.loads(extra))


def _run(row: Sequence[Any], hosts: Sequence[str]) -> RunRecord:
    run, task, info, seconds, status, exit_code = row
    return RunRecord(
        run=run,
        task=task,
        seconds=seconds,
        status=status or UNFINISHED,
        exit=exit_code,
        hosts=tuple(hosts),
        **json.loads(info),
    )


def _host(row: Sequence[Any]) -> HostRecord:
    host, status, error, seconds = row
    failure = Failure(**json.loads(error)) if error else None
    return HostRecord(host, status or UNFINISHED, failure, seconds)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text} is no ISO 8601 time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unclear(run: str, meant: list[str], names: list[str]) -> UsageError:
    if meant:
        message = f"{len(meant)} runs begin with {run}: {', '.join(meant[-_SHOWN:])}"
        return UsageError(message, hint="give more of the run's id")
    from difflib import get_close_matches

    near = get_close_matches(run, names, n=_SHOWN) or names[-_SHOWN:]
    return UsageError(
        f"there is no run {run}" if names else "no run is recorded yet",
        hint=f"did you mean {', '.join(near)}? lab.history lists all runs" if near else "",
    )
