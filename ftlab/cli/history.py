"""What the journal knows: past runs, and what earlier runs have left."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ftlab.cli.listing import Listing
from ftlab.cli.pages.page_file import PageFile
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report, blank_report
from ftlab.engine.sessions import rank_of
from ftlab.engine.terms.leftovers import left_note, left_on, words_by_run
from ftlab.errors import UsageError
from ftlab.journal import UNFINISHED, JournalChange
from ftlab.model import STATUSES, Failure, HostStep, Outcome
from ftlab.ops.undo.host import UNDOABLE
from ftlab.report.layout.values import plural
from ftlab.report.terminal.history import render_run, render_runs, run_document, runs_document
from ftlab.user_files import expanded, is_there

_TASK = "lab.history"
_SHOWN = 3


def runs(lab: OpenLab) -> Listing:
    """``lab.history``: the inventory's runs, newest first. Contacts nobody, changes nothing."""
    with lab.open_journal() as journal:
        undone = journal.undone()
        known, changed = journal.runs(), journal.changed_hosts()
        left = _left(lab, {host for run in known for host in run.hosts})
        found = [
            {
                **asdict(run),
                "changed": changed.get(run.run, 0),
                "undone": undone.get(run.run),
                "left": left.get(run.run, {}),
            }
            for run in known
        ]
        others = journal.elsewhere()
        damaged = journal.damage()
    for line in damaged:
        lab.ui.say(f"passed over: {line}")
    if others:
        count, names = plural(sum(others.values()), "run"), _some(others)
        lab.ui.say(f"not listed: {count} on other inventories ({names}); name one with -i")
    return Listing(
        document=lambda: runs_document(blank_report(_TASK), found),
        text=lambda view: render_runs(found, view),
    )


def _left(lab: OpenLab, hosts: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """By run and host, in words, what was left there and nobody has seen to since."""
    found: dict[str, dict[str, list[str]]] = {}
    if lab.options.real_inventory is None:  # then nobody could tell whether a run is at work
        return found
    for host, entries in left_on(sorted(hosts), lab.options, None).items():
        for run, words in words_by_run(entries).items():
            found.setdefault(run, {})[host] = words
    return found


def moved(lab: OpenLab, old: str) -> None:
    """``lab.history --moved-from OLD``: the inventory was at ``old`` once, so the runs on that
    are its own. Contacts nobody.

    Raises ``UsageError`` for a file that is still there: a copy is another lab's inventory.
    """
    here, was = lab.options.real_inventory, _place(old)
    if here is None:
        raise UsageError("--moved-from: no inventory found", hint="name it as it is now with -i")
    if lab.options.check:
        raise UsageError("--moved-from changes the journal, so it does not go with --check")
    real = os.path.realpath(was)  # no error for links in a circle
    names = {str(was.absolute()), real} - {here}
    if is_there(was) and real != here:
        raise UsageError(f"--moved-from {old}: it is still there", hint=f"name it with -i {old}")
    with lab.open_journal() as journal:
        count = sum(journal.moved(name, here) for name in names)
        known = _some(journal.elsewhere())
    if not count:
        hint = f"there are runs on {known}" if known else ""
        raise UsageError(f"--moved-from {old}: no run on it is recorded", hint=hint)
    lab.ui.say(f"{plural(count, 'run')} on {old}: now known as runs on {here}")


def _place(old: str) -> Path:
    try:
        return expanded(old)
    except OSError as error:
        raise UsageError(f"--moved-from {old}: {error.strerror}") from error


def _some(inventories: Iterable[str]) -> str:
    """The last few of them."""
    names = list(inventories)
    return ", ".join([*(["…"] if len(names) > _SHOWN else []), *names[-_SHOWN:]])


def one_run(lab: OpenLab, run: str, html: str | None = None) -> Listing:
    """``lab.history RUN``: one run, on whichever inventory, change by change; ``html`` names a
    file to write it to as a page, too. Raises ``UsageError`` for a file that cannot be there."""
    file = PageFile(html)
    with lab.open_journal() as journal:
        record = journal.run(run)
        hosts = journal.outcomes(record.run)
        entries = journal.changes(record.run)
    left = _left(lab, [host.host for host in hosts]).get(record.run, {})
    by_host: dict[str, list[JournalChange]] = {host.host: [] for host in hosts}
    for entry in entries:
        if not entry.is_nothing:
            by_host[entry.host].append(entry)
    for own in by_host.values():  # as the run's own report had them, whatever was quicker there
        own.sort(key=lambda entry: rank_of(entry.change))
    outcomes = [
        Outcome(
            host.host,
            host.status if host.status in STATUSES else "failed",
            host.seconds or 0.0,
            tuple(entry.change for entry in by_host[host.host]),
            {"notes": [left_note(record.run, left[host.host])]} if host.host in left else {},
            error=host.error
            or (_no_end(by_host[host.host]) if host.status == UNFINISHED else None),
        )
        for host in hosts
    ]
    states = {name: [entry.state for entry in own] for name, own in by_host.items()}
    if lab.options.real_inventory not in {None, record.inventory}:
        lab.ui.say(f"run {record.run} was on another inventory, {record.inventory}")
    of = asdict(record)
    told = replace(blank_report(_TASK, outcomes), run=record.run)
    steps = {host.host: host.steps for host in hosts}
    file.write(lambda: _page(lab, told, of, states, steps))
    return Listing(
        document=lambda: run_document(blank_report(_TASK, outcomes), of, states),
        text=lambda view: render_run(told, of, states, view),
    )


def _page(
    lab: OpenLab,
    report: Report,
    of: Mapping[str, Any],
    states: Mapping[str, Sequence[str]],
    steps: Mapping[str, Sequence[HostStep]],
) -> str:
    from ftlab.report.html.history_page import history_page  # loads the template engine

    return history_page(report, of, states, steps, lab.call)


def _no_end(changes: Sequence[JournalChange]) -> Failure:
    """The error of a host without an end; undo is advised only if there is something to undo."""
    again = "the same task again goes on with it"
    some = any(entry.state in UNDOABLE for entry in changes)
    return Failure(
        UNFINISHED,
        "the run never came to an end here: it is still at work, or was killed",
        f"ftlab lab.undo undoes what it did; {again}"
        if some
        else f"it has nothing to undo; {again}",
    )
