"""The journal's reading side: what ``lab.history``, ``lab.undo`` and ``@failed`` ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from ftlab.errors import UsageError
from ftlab.journal.leftovers import KEPT, keeps_backup, left_by
from ftlab.journal.outstanding import Outstanding
from ftlab.journal.records import UNFINISHED, HostRecord, JournalChange, RunRecord
from ftlab.journal.rows import change_in, host_in, readable, run_in
from ftlab.journal.run_names import MOVED, RunNames

HostLeft = tuple[JournalChange, ...]
"""What is left on one host, oldest first."""
_RETRY: Final = frozenset({"failed", "unreachable", UNFINISHED})


class History(RunNames):
    """What the runs on one ``inventory`` (a real path; ``None``: on any) did so far.

    Wherever a run is named, the beginning or the end of its id is enough if no other begins or
    ends so, and ``last`` is the inventory's newest run that changed something. A name also finds
    a run on another inventory, if none of this one's is meant; :meth:`own` refuses that. Raises
    ``StateError`` where the database cannot be read, ``UsageError`` where no run, or more than
    one, is meant.
    """

    @property
    def damaged(self) -> tuple[str, ...]:
        """What is wrong with the rows that were passed over so far: one that is damaged costs its
        run, and no other. Whoever names that run gets ``StateError``."""
        return tuple(self._damaged)

    def damage(self) -> tuple[str, ...]:
        """What is wrong with any row of any change."""
        rows = self._database.rows("SELECT id, run, host, change, state, extra FROM changes")
        for _ in readable(rows, change_in, self._damaged):
            pass
        return self.damaged

    def runs(self) -> list[RunRecord]:
        """The inventory's runs, newest first."""
        hosts: dict[str, list[str]] = {}
        for run, host in self._database.rows("SELECT run, host FROM hosts ORDER BY seq"):
            hosts.setdefault(run, []).append(host)
        rows = self._database.rows(
            "SELECT run, task, info, seconds, status, exit FROM runs ORDER BY seq DESC"
        )
        found = readable(rows, lambda row: run_in(row, hosts.get(row[0], ())), self._damaged)
        return [record for record in found if self._is_own(record.inventory)]

    def run(self, run: str) -> RunRecord:
        """One run."""
        name = self.resolve(run)
        [row] = self._database.rows(
            "SELECT run, task, info, seconds, status, exit FROM runs WHERE run = ?", name
        )
        return run_in(row, [record.host for record in self.outcomes(name)])

    def own(self, run: str) -> RunRecord:
        """One run on this inventory. Raises ``UsageError`` for a run on another one, whose hosts
        may be others of the same names."""
        record = self.run(run)
        if not self._is_own(record.inventory):
            raise UsageError(
                f"run {record.run} was on another inventory, {record.inventory}",
                hint=f"if that one is meant, name it with -i; {MOVED}",
            )
        return record

    def changes(self, run: str) -> list[JournalChange]:
        """A run's changes in the order in which they were intended."""
        rows = self._database.rows(
            "SELECT id, run, host, change, state, extra FROM changes WHERE run = ? ORDER BY id",
            self.resolve(run),
        )
        return [change_in(row) for row in rows]

    def outcomes(self, run: str) -> list[HostRecord]:
        """How each host fared, in inventory order."""
        rows = self._database.rows(
            "SELECT host, status, error, seconds, steps FROM hosts WHERE run = ? ORDER BY seq",
            self.resolve(run),
        )
        return [host_in(row, run) for row in rows]

    def failed_hosts(self, run: str) -> list[str]:
        """Hosts that failed, could not be reached, or never came to an end."""
        return [record.host for record in self.outcomes(run) if record.status in _RETRY]

    def outstanding(
        self, hosts: Iterable[str], tasks: Iterable[str] | None = None
    ) -> dict[str, Outstanding]:
        """By host: the options, settings and VMX keys of the inventory's hosts that are not as they
        were before ftlab's runs (before those of ``tasks``).

        A change counts however far it came: the host may have heard of it, and if it has not,
        ``before`` is what is still there.
        """
        found: dict[str, Outstanding] = {}
        named = None if tasks is None else frozenset(tasks)
        for entry, run in self.changes_on(hosts):
            if entry.change.target in {"vmx", "advopt", "setting"}:
                found.setdefault(entry.host, Outstanding(named)).take(entry, run)
        return found

    def changes_on(self, hosts: Iterable[str]) -> list[tuple[JournalChange, RunRecord]]:
        """All changes of the inventory's runs to these hosts, each with its run, oldest first."""
        runs = {record.run: record for record in self.runs()}
        wanted = frozenset(hosts)
        rows = self._database.rows(
            "SELECT id, run, host, change, state, extra FROM changes ORDER BY id"
        )
        mine = [row for row in rows if row[1] in runs and row[2] in wanted]
        return [(entry, runs[entry.run]) for entry in readable(mine, change_in, self._damaged)]

    def left(self, hosts: Iterable[str], of: str | None = None) -> dict[str, HostLeft]:
        """By host: what the inventory's runs (``of`` one run) have left undone there, as far as
        is known here."""
        own = {record.run for record in self.runs()}
        rows = self._database.rows(
            "SELECT id, run, host, change, state, extra FROM changes"
            " WHERE state IN ('intended', 'applied') OR change LIKE '{\"target\": \"power\"%'"
            " ORDER BY id"
        )
        wanted, entries = frozenset(hosts), dict[str, list[JournalChange]]()
        mine = [row for row in rows if row[1] in own and row[2] in wanted]
        for entry in readable(mine, change_in, self._damaged):
            entries.setdefault(entry.host, []).append(entry)
        found = {host: left_by(mine) for host, mine in entries.items()}
        chosen = {
            host: tuple(self._for_recovery(entry) for entry in left if of in {None, entry.run})
            for host, left in found.items()
        }
        return {host: left for host, left in chosen.items() if left}

    def _for_recovery(self, entry: JournalChange) -> JournalChange:
        """With a word on whether its backup is another change's too."""
        if not entry.extra.get("backup") or not keeps_backup(entry, self._readable_of(entry.run)):
            return entry
        return replace(entry, extra={**entry.extra, KEPT: True})

    def _readable_of(self, run: str) -> list[JournalChange]:
        rows = self._database.rows(
            "SELECT id, run, host, change, state, extra FROM changes WHERE run = ? ORDER BY id", run
        )
        return list(readable(rows, change_in, self._damaged))

    def since(self, run: str) -> list[JournalChange]:
        """The changes of the inventory's later runs, oldest first."""
        own = [record.run for record in reversed(self.runs())]
        later = set(own[own.index(run) + 1 :]) if run in own else set()
        rows = self._database.rows(
            "SELECT id, run, host, change, state, extra FROM changes ORDER BY id"
        )
        mine = [row for row in rows if row[1] in later]
        return list(readable(mine, change_in, self._damaged))

    def undone(self) -> dict[str, bool]:
        """The runs of which changes were undone, and whether all of them were."""
        rows = self._database.rows(
            "SELECT run, min(state = 'undone') FROM changes GROUP BY run"
            " HAVING max(state = 'undone')"
        )
        return {run: bool(whole) for run, whole in rows}

    def prunable(self, *, keep: int | None = None, older_than: str | None = None) -> list[str]:
        """The inventory's runs that may be forgotten, oldest first: those beyond the newest
        ``keep`` (at least 0) and those begun before ``older_than`` (ISO 8601, UTC if it says no
        zone). Never the newest run, and one without an end, which may be at work, only by its
        age."""
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

    def changed_hosts(self) -> dict[str, int]:
        """How many hosts each run has changed."""
        rows = self._database.rows(
            "SELECT run, count(*) FROM hosts WHERE status = 'changed' GROUP BY run"
        )
        return dict(rows)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text} is no ISO 8601 time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
