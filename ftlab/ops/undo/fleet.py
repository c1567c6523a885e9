"""``lab.undo RUN`` on all its hosts: each gets its own old values back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report, blank_report
from ftlab.engine.terms.approval import Round
from ftlab.journal import Journal, JournalChange, RunRecord
from ftlab.journal.leftovers import is_owed
from ftlab.journal.queries import HostLeft
from ftlab.model import Outcome
from ftlab.ops.undo.host import UNDOABLE, Entries, UndoRun, vms_of


def undo_run(lab: OpenLab, run: str, *, force: bool = False) -> Report:
    """``lab.undo RUN``: its hosts, as far as they are selected, get their own old values back.

    Raises ``UsageError`` for a run that nobody knows; one with nothing to undo is a success,
    and nobody is contacted."""
    with lab.open_journal() as journal:
        record = journal.own(run)
        entries = _by_host(journal.changes(record.run))
        later = _by_host(journal.since(record.run))
        reopens = _by_host(_known_changes(journal, record.undoes))
        left = journal.left(entries)
    due = {
        host
        for host, own in entries.items()
        if any(e.state in UNDOABLE for e in own) or _left_off(own, left.get(host, ()))
    }
    if not due & {host.name for host in lab.hosts}:
        return _nothing_to_undo(lab, record)
    job = UndoRun(entries, force, later, reopens)
    with lab.only(due):
        return lab.run("lab.undo", job, {"run": record.run, "force": force})


def _left_off(own: Sequence[JournalChange], left: HostLeft) -> bool:
    """Whether an undo of these changes that was cut short has left a VM down."""
    vms = vms_of(own)
    return any(is_owed(entry) and entry.change.path in vms for entry in left)


def _by_host(entries: Iterable[JournalChange]) -> Entries:
    found: dict[str, tuple[JournalChange, ...]] = {}
    for entry in entries:
        found[entry.host] = (*found.get(entry.host, ()), entry)
    return found


def _known_changes(journal: Journal, run: str | None) -> list[JournalChange]:
    """A run's changes; none if it is forgotten."""
    known = {record.run for record in journal.runs()}
    return journal.changes(run) if run in known and run is not None else []


def _nothing_to_undo(lab: OpenLab, record: RunRecord) -> Report:
    """A report on the run's hosts, or on those selected if none of them is."""
    mine = [host.name for host in lab.hosts if host.name in record.hosts]
    names = mine or [host.name for host in lab.hosts]
    note = {"notes": [f"run {record.run} has left nothing to undo here"]}
    outcomes = [Outcome(name, "ok", facts=note) for name in names]

    def once(round: Round) -> Report:
        return replace(blank_report("lab.undo", outcomes), check=round.check)

    return lab.approved(once, changes=True)
