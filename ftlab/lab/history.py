"""What the journal knows: past runs, what ``vft.enable`` replaced, and how to take a run back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ftlab.journal import UNFINISHED, Journal, JournalChange
from ftlab.lab import identity
from ftlab.lab.front import Lab
from ftlab.model import Failure, Outcome
from ftlab.ops.undo import UndoRun
from ftlab.ops.vft import DisableVft
from ftlab.report.document import Report
from ftlab.report.history import render_run, render_runs, run_document, runs_document
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
    """``lab.history``: every run, newest first. Contacts nobody, changes nothing."""
    with Journal.open(lab.options.journal) as journal:
        found = [asdict(run) for run in journal.runs()]
    return Answer(
        document=lambda: runs_document(heading(), found),
        text=lambda view: render_runs(found, view),
    )


def one_run(lab: Lab, run: str) -> Answer:
    """``lab.history RUN``: one run, change by change."""
    with Journal.open(lab.options.journal) as journal:
        record = journal.run(run)
        hosts = journal.outcomes(record.run)
        entries = journal.changes(record.run)
    by_host: dict[str, list[JournalChange]] = {host.host: [] for host in hosts}
    for entry in entries:
        by_host[entry.host].append(entry)
    outcomes = [
        Outcome(
            host.host,
            host.status if host.status in _KNOWN else "failed",  # type: ignore[arg-type]
            host.seconds or 0.0,
            tuple(entry.change for entry in by_host[host.host]),
            error=host.error or (_NO_END if host.status == UNFINISHED else None),
        )
        for host in hosts
    ]
    states = {name: [entry.state for entry in own] for name, own in by_host.items()}
    of = asdict(record)
    return Answer(
        document=lambda: run_document(heading(outcomes), of, states),
        text=lambda view: render_run(replace(heading(outcomes), run=record.run), of, view),
    )


_NO_END = Failure(
    UNFINISHED,
    "the run never came to an end here: it is still at work, or was killed",
    "ftlab lab.undo takes back what it did; the same task again goes on with it",
)
_KNOWN = {"ok", "changed", "would_change", "skipped", "failed", "unreachable"}


def undo_run(lab: Lab, run: str, *, force: bool = False) -> Report:
    """``lab.undo RUN``: its hosts, as far as they are selected, get their own old values back."""
    with Journal.open(lab.options.journal) as journal:
        record = journal.run(run)
        entries = journal.changes(record.run)
    by_host: dict[str, tuple[JournalChange, ...]] = {}
    for entry in entries:
        by_host[entry.host] = (*by_host.get(entry.host, ()), entry)
    lab.only(by_host, f"run {record.run} changed no selected host")
    return lab.run("lab.undo", UndoRun(by_host, force), {"run": record.run, "force": force})


def disable_vft(lab: Lab, vm: tuple[str, ...], *, power_cycle: bool = False) -> Report:
    """``vft.disable``, with what the journal knows about each host's earlier values."""
    names = [host.name for host in lab.hosts]
    originals: dict[str, dict[tuple[str, str | None], Any]] = {}
    if lab.options.journal.exists():
        with Journal.open(lab.options.journal) as journal:
            for entry in reversed(journal.originals({"vft.enable"}, names)):
                change = entry.change
                originals.setdefault(entry.host, {})[change.path or "", change.key] = change.before
    job = DisableVft(vm, originals, power_cycle)
    return lab.run("vft.disable", job, {"vm": list(vm)})
