"""A plan as a person reads it: each difference once, with the hosts that have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ftlab.engine.report import Report
from ftlab.model import Change, Outcome
from ftlab.report.layout.across import Layout, Rules, lines_across
from ftlab.report.layout.escape import escape
from ftlab.report.layout.table import Cell
from ftlab.report.layout.values import format_value, option, setting
from ftlab.report.layout.view import View
from ftlab.report.terminal.changes import same_everywhere
from ftlab.report.terminal.render import render

#: Targets whose values are settings, shown as they are written; others are plain words.
_SETTINGS = frozenset({"setting", "vmx", "reload"})
_RULES = Rules((Layout(), Layout(above=1), Layout(above=2)))


def render_plan(report: Report, view: View) -> str:
    """The differences as a table, then the hosts by how they ended, then the sum."""
    rest = replace(report, outcomes=tuple(map(_without_changes, report.outcomes)))
    changes = equal_changes(report.outcomes, fold_them=view.fold)
    rows = [_row(*group, view) for group in _by_hosts(changes)]
    if not rows:
        return render(rest, view)
    header = ("hosts", "setting", "is → should be")
    lines = lines_across(rows, header, _RULES, view)
    return "".join(f"{line}\n" for line in lines) + "\n" + render(rest, view)


def _by_hosts(
    changes: Iterable[tuple[list[str], Change]],
) -> Iterator[tuple[list[str], Change]]:
    """What is of the same hosts stands together; else the order stays."""
    found: dict[tuple[str, ...], list[tuple[list[str], Change]]] = {}
    for hosts, change in changes:
        found.setdefault(tuple(hosts), []).append((hosts, change))
    return (each for own in found.values() for each in own)


def name_of(change: Change) -> str:
    """What a change is about, in one word or two: a VM, and a path, a key or its power."""
    what = change.path if change.target in {"advopt", "setting"} else change.key or change.target
    subject = f"{change.vm}: " if change.vm is not None else ""
    loaded = " (to be reloaded)" if change.target == "reload" else ""
    return escape(f"{subject}{what}{loaded}")


def value_of(change: Change, value: object) -> str:
    """A value of a change as a person reads it."""
    if change.target == "advopt":
        return option(value)
    return setting(value) if change.target in _SETTINGS else format_value(value)


def equal_changes(
    outcomes: Iterable[Outcome], *, fold_them: bool
) -> list[tuple[list[str], Change]]:
    """Each change once, with the hosts that have it, or once for each host."""
    found: dict[tuple[str, ...], tuple[list[str], Change]] = {}
    for outcome in outcomes:
        for change in outcome.changes:
            alone = "" if fold_them else outcome.host
            key = (alone, *same_everywhere(change))
            found.setdefault(key, ([], change))[0].append(outcome.host)
    return list(found.values())


def _row(hosts: Sequence[str], change: Change, view: View) -> list[Cell]:
    before, after = (value_of(change, value) for value in (change.before, change.after))
    return [
        Cell(escape(view.spell(hosts)), "bold"),
        Cell(name_of(change)),
        Cell(f"{before} → {after}{' (possible)' if change.possible else ''}", "new"),
    ]


def _without_changes(outcome: Outcome) -> Outcome:
    facts = {key: value for key, value in outcome.facts.items() if key == "notes"}
    return replace(outcome, changes=(), facts=facts)
