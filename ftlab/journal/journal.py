"""The journal's verbs: begin, intend, settle, finish, forget."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, astuple, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from ftlab.journal.database import Database
from ftlab.journal.leftovers import RESOLVED
from ftlab.journal.queries import History
from ftlab.journal.records import STATES, RunInfo
from ftlab.journal.rows import extra_in, inventory_in, readable
from ftlab.model import Change, HostStep, Outcome

_FIELDS: Final = tuple(field.name for field in fields(Change) if field.name != "possible")


class Journal(History):
    """What every run did. Threads may share one journal; processes may share the file.

    A change's intent is on disk before :meth:`intend` returns, so whatever kills the program,
    the journal knows of everything a host may have heard. Every method raises ``StateError``
    where the database cannot be read or written.
    """

    def __init__(self, database: Database, inventory: str | None = None) -> None:
        super().__init__(database, inventory)
        self._begun: dict[str, frozenset[str]] = {}  # hosts that this journal has rows of

    @classmethod
    def open(cls, path: Path, inventory: str | None = None) -> Journal:
        """Open, migrate or create the database; a new directory is 0700, a new file 0600. Of the
        runs in it those on ``inventory``, a real path, are looked at (``None``: all).
        Raises ``StateError`` for a damaged, newer or foreign one, which stays as it is."""
        return cls(Database.open(path), inventory)

    @classmethod
    def open_to_read(cls, path: Path, inventory: str | None = None) -> Journal:
        """The same; where no file is, it has no runs, and none is made."""
        return cls(Database.open_to_read(path), inventory)

    def close(self) -> None:
        """Safe to repeat."""
        self._database.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def together(self) -> AbstractContextManager[None]:
        """What is written within is committed as one: all of it, or nothing."""
        return self._database.transaction()

    def begin(self, run: RunInfo) -> None:
        """Record a run before it touches a host."""
        info = asdict(run)
        name, task, hosts = info.pop("run"), info.pop("task"), info.pop("hosts")
        with self._database.transaction():
            self._database.write(
                "INSERT INTO runs (run, task, info) VALUES (?, ?, ?)", name, task, json.dumps(info)
            )
            for host in hosts:
                self._add_host(name, host)
        self._begun[name] = frozenset(hosts)

    def intend(
        self, run: str, host: str, change: Change, extra: Mapping[str, Any] | None = None
    ) -> int:
        """Record a change before the host is told; the id is for :meth:`settle`. ``extra`` is
        JSON that undo will need: file, backup, checksums, and the time."""
        with self._database.transaction():
            self._add_host(run, host)
            cursor = self._database.write(
                "INSERT INTO changes (run, host, change, state, extra) VALUES (?, ?, ?, ?, ?)",
                run,
                host,
                _written(change),
                STATES[0],
                json.dumps(dict(extra or {})),
            )
        return cursor.lastrowid or 0

    def settle(self, change_id: int, state: str, change: Change | None = None) -> None:
        """Record how far a change came, and the ``change`` as it really came out (``None``: what
        is known of it stays). Safe to repeat. Raises ``ValueError`` for an unknown state,
        ``LookupError`` for an unknown id."""
        if state not in STATES:
            raise ValueError(f"no state of a change: {state}")
        found = self._database.write(
            "UPDATE changes SET state = ?, change = coalesce(?, change) WHERE id = ?",
            state,
            None if change is None else _written(change),
            change_id,
        )
        if not found.rowcount:
            raise LookupError(f"no change {change_id} in the journal")

    def see_to(self, change_id: int, by: str) -> None:
        """Record that the run ``by`` has seen to what was left of a change. Safe to repeat."""
        with self._database.transaction():
            for (extra,) in self._database.rows(
                "SELECT extra FROM changes WHERE id = ?", change_id
            ):
                text = json.dumps(extra_in(extra, change_id) | {RESOLVED: by})
                self._database.write("UPDATE changes SET extra = ? WHERE id = ?", text, change_id)

    def host_done(self, run: str, outcome: Outcome, steps: Sequence[HostStep] = ()) -> None:
        """Record how a host fared, and what it was busy with. Safe to repeat: the last word
        counts."""
        error = json.dumps(asdict(outcome.error)) if outcome.error else None
        with self._database.transaction():
            self._add_host(run, outcome.host)
            self._database.write(
                "UPDATE hosts SET status = ?, error = ?, seconds = ?, steps = ?"
                " WHERE run = ? AND host = ?",
                outcome.status,
                error,
                outcome.seconds,
                json.dumps([astuple(step) for step in steps]),
                run,
                outcome.host,
            )

    def finish(self, run: str, status: str, exit_code: int, seconds: float) -> None:
        """Record a run's end."""
        self._database.write(
            "UPDATE runs SET status = ?, exit = ?, seconds = ? WHERE run = ?",
            status,
            exit_code,
            seconds,
            run,
        )

    def forget(self, runs: Iterable[str]) -> None:
        """Forget these runs, hosts and changes with them. Their backups on the hosts are the
        caller's to remove, before this. Safe to repeat."""
        with self._database.transaction():
            for run in runs:
                self._database.write("DELETE FROM runs WHERE run = ?", run)

    def moved(self, old: str, new: str) -> int:
        """The inventory ``old`` is now at ``new``: its runs are known by that. Returns how many
        there were. Safe to repeat."""
        with self._database.transaction():
            rows = self._database.rows("SELECT run, info FROM runs")
            named = readable(rows, lambda row: (row, inventory_in(row)), self._damaged)
            found = [row for row, inventory in named if inventory == old]
            for run, info in found:
                text = json.dumps(json.loads(info) | {"inventory": new})
                self._database.write("UPDATE runs SET info = ? WHERE run = ?", text, run)
        return len(found)

    def _add_host(self, run: str, host: str) -> None:
        if host in self._begun.get(run, ()):
            return
        self._database.write(
            "INSERT INTO hosts (run, host) VALUES (?, ?) ON CONFLICT DO NOTHING", run, host
        )


def _written(change: Change) -> str:
    """What :func:`~ftlab.journal.rows.change_in` reads."""
    return json.dumps({name: getattr(change, name) for name in _FIELDS})
