"""What the journal knows: past runs, what ``vft.enable`` replaced, and how to take a run back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ftlab.errors import UsageError
from ftlab.journal import UNFINISHED, Journal, JournalChange, RunRecord, Standing
from ftlab.lab import identity
from ftlab.lab.front import Lab
from ftlab.model import STATUSES, Failure, Outcome
from ftlab.ops.undo import UNDOABLE, Entries, UndoRun
from ftlab.ops.vft import KEYS, LEGACY_KEY, DisableVft
from ftlab.report.document import Report
from ftlab.report.history import render_run, render_runs, run_document, runs_document
from ftlab.report.shown import counted
from ftlab.report.view import View
from ftlab.report.write import emit_document, emit_text


@dataclass(frozen=True)
class Answer:
    """An answer that is not a fleet's report, in both its forms."""

    document: Callable[[], Mapping[str, Any]]
    text: Callable[[View], str]
    exit_code: int = 0
    report: Report | None = None

    def emit(self, view: View, *, json: bool) -> None:
        if json:
            emit_document(self.document())
        else:
            emit_text(self.text(view))


def heading(outcomes: Sequence[Outcome] = (), task: str = "lab.history") -> Report:
    """What a document begins with that is no run's report."""
    now = datetime.now(UTC)
    return Report(
        task=task,
        run=identity.new_run(now),
        check=False,
        started=identity.started(now),
        seconds=0.0,
        outcomes=tuple(outcomes),
    )


def runs(lab: Lab) -> Answer:
    """``lab.history``: the inventory's runs, newest first. Contacts nobody, changes nothing."""
    with lab.open_journal() as journal:
        undone = journal.undone()
        found = [{**asdict(run), "undone": undone.get(run.run)} for run in journal.runs()]
        others = journal.elsewhere()
    if others:
        count, names = counted(sum(others.values()), "run"), _some(others)
        lab.listeners.say(f"not listed: {count} on other inventories ({names}); name one with -i")
    return Answer(
        document=lambda: runs_document(heading(), found),
        text=lambda view: render_runs(found, view),
    )


def moved(lab: Lab, old: str) -> None:
    """``lab.history --moved-from OLD``: the inventory was at ``old`` once, so the runs on that
    are its own. Contacts nobody.

    Raises ``UsageError`` for a file that is still there: a copy is another lab's inventory.
    """
    here, was = lab.options.real_inventory, Path(old).expanduser()
    if here is None:
        raise UsageError("--moved-from: no inventory found", hint="name it as it is now with -i")
    if lab.options.check:
        raise UsageError("--moved-from changes the journal, so it does not go with --check")
    names = {str(was.absolute()), str(was.resolve())} - {here}
    if _is_there(was) and str(was.resolve()) != here:
        raise UsageError(f"--moved-from {old}: it is still there", hint=f"name it with -i {old}")
    with lab.open_journal() as journal:
        count = sum(journal.moved(name, here) for name in names)
        known = _some(journal.elsewhere())
    if not count:
        hint = f"there are runs on {known}" if known else ""
        raise UsageError(f"--moved-from {old}: no run on it is recorded", hint=hint)
    lab.listeners.say(f"{counted(count, 'run')} on {old}: now known as runs on {here}")


def _some(inventories: Iterable[str]) -> str:
    """The last few of them."""
    names = list(inventories)
    return ", ".join([*(["…"] if len(names) > _SHOWN else []), *names[-_SHOWN:]])


def _is_there(path: Path) -> bool:
    """As far as this user can see."""
    try:
        return path.exists()
    except OSError:
        return False


def one_run(lab: Lab, run: str) -> Answer:
    """``lab.history RUN``: one run, on whichever inventory, change by change."""
    with lab.open_journal() as journal:
        record = journal.run(run)
        hosts = journal.outcomes(record.run)
        entries = journal.changes(record.run)
    by_host: dict[str, list[JournalChange]] = {host.host: [] for host in hosts}
    for entry in entries:
        by_host[entry.host].append(entry)
    outcomes = [
        Outcome(
            host.host,
            host.status if host.status in STATUSES else "failed",
            host.seconds or 0.0,
            tuple(entry.change for entry in by_host[host.host]),
            error=host.error
            or (_no_end(by_host[host.host]) if host.status == UNFINISHED else None),
        )
        for host in hosts
    ]
    states = {name: [entry.state for entry in own] for name, own in by_host.items()}
    if lab.options.real_inventory not in {None, record.inventory}:
        lab.listeners.say(f"run {record.run} was on another inventory, {record.inventory}")
    of = asdict(record)
    return Answer(
        document=lambda: run_document(heading(outcomes), of, states),
        text=lambda view: render_run(replace(heading(outcomes), run=record.run), of, states, view),
    )


_SHOWN = 3


def _no_end(changes: Sequence[JournalChange]) -> Failure:
    """The error of a host without an end; undo is advised only if there is something to undo."""
    again = "the same task again goes on with it"
    some = any(entry.state in UNDOABLE for entry in changes)
    return Failure(
        UNFINISHED,
        "the run never came to an end here: it is still at work, or was killed",
        f"ftlab lab.undo takes back what it did; {again}"
        if some
        else f"it has nothing to take back; {again}",
    )


def undo_run(lab: Lab, run: str, *, force: bool = False) -> Report:
    """``lab.undo RUN``: its hosts, as far as they are selected, get their own old values back.

    Raises ``UsageError`` for a run that nobody knows; one with nothing to take back is a success,
    and nobody is contacted."""
    with lab.open_journal() as journal:
        record = journal.own(run)
        entries = _by_host(journal.changes(record.run))
        later = _by_host(journal.since(record.run))
        reopens = _by_host(_known_changes(journal, record.undoes))
    due = {host for host, own in entries.items() if any(e.state in UNDOABLE for e in own)}
    if not due & {host.name for host in lab.hosts}:
        return _nothing_to_undo(lab, record)
    lab.only(due, "")
    job = UndoRun(entries, force, later, reopens)
    return lab.run("lab.undo", job, {"run": record.run, "force": force})


def _by_host(entries: Iterable[JournalChange]) -> Entries:
    found: dict[str, tuple[JournalChange, ...]] = {}
    for entry in entries:
        found[entry.host] = (*found.get(entry.host, ()), entry)
    return found


def _known_changes(journal: Journal, run: str | None) -> list[JournalChange]:
    """A run's changes; none if it is forgotten."""
    known = {record.run for record in journal.runs()}
    return journal.changes(run) if run in known and run is not None else []


def _nothing_to_undo(lab: Lab, record: RunRecord) -> Report:
    """A report on the run's hosts, or on those selected if none of them is."""
    mine = [host.name for host in lab.hosts if host.name in record.hosts]
    names = mine or [host.name for host in lab.hosts]
    note = {"notes": [f"run {record.run} has left nothing to take back here"]}
    outcomes = [Outcome(name, "ok", facts=note) for name in names]

    def once(*, check: bool) -> Report:
        return replace(heading(outcomes, "lab.undo"), check=check)

    return lab.approved(once, changes=True)


def disable_vft(lab: Lab, vm: tuple[str, ...], *, power_cycle: bool = False) -> Report:
    """``vft.disable``, with what the journal knows about each host's earlier values."""
    names = [host.name for host in lab.hosts]
    with lab.open_journal() as journal:
        standing = journal.standing(names, {"vft.enable"})
    originals = {host: _values_before(own) for host, own in standing.items()}
    job = DisableVft(vm, originals, power_cycle)
    return lab.run("vft.disable", job, {"vm": list(vm)})


def _values_before(standing: Standing) -> dict[tuple[str, str | None], Any]:
    """By VMX path and key (``None``: an option), the keys spelled as ``vft.disable`` has them.

    Keys that are on again need their old values again; an option that is back where it was, and
    was set by somebody else since, is theirs."""
    spelled = {key.lower(): key for key in (*KEYS, LEGACY_KEY)}
    replaced = [entry.change for entry in standing.last_replaced()]
    changes = [each for each in replaced if each.target != "advopt"]
    changes += [each.change for each in standing.first() if each.change.target == "advopt"]
    return {
        (each.path or "", each.key and spelled.get(each.key.lower(), each.key)): each.before
        for each in changes
    }
