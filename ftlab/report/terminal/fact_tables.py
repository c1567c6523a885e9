"""What hosts answered: tables of facts, and the output of commands, folded by equal answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ftlab.model import Outcome
from ftlab.report.layout.cells import cell_width, wrapped
from ftlab.report.layout.escape import safe
from ftlab.report.layout.table import Cell, reads_across, records, row_blocks
from ftlab.report.layout.values import NOTHING, counted, shown
from ftlab.report.layout.view import View
from ftlab.report.terminal.fact_rows import (
    SharedRow,
    by_urgency,
    columns,
    odd_cells,
    sections,
    shared,
)
from ftlab.report.terminal.visible_facts import essentials, left_out

Output = tuple[Any, str, str]

#: Columns of sentences, by section: each stands under its row, after these words.
_UNDER = {
    "pairs": {"meaning": "", "need_secondary_reason": "reason: "},
    "checks": {"found": "", "wanted": "wanted: ", "source": "source: "},
}
_INDENT = 4


def fact_tables(outcomes: Sequence[Outcome], view: View) -> list[str]:
    """One table for each kind of fact, with a title if there are several kinds."""
    found = sections(essentials(outcomes, view))
    blocks = [_section(title, rows, view, alone=len(found) == 1) for title, rows in found.items()]
    rest = [view.paint("dim", line) for line in left_out(outcomes, view)]
    return [line for block in (*blocks, rest) if block for line in (*block, "")]


def has_output(outcome: Outcome) -> bool:
    """Whether the facts are what a command printed."""
    return "stdout" in outcome.facts


def outputs(outcomes: Iterable[Outcome], view: View) -> list[str]:
    """What commands printed, equal answers once, the most common answer first."""
    groups: dict[Any, list[Outcome]] = {}
    for outcome in outcomes:
        if has_output(outcome):
            alone = "" if view.fold else outcome.host
            groups.setdefault((alone, outcome.status, _output(outcome)), []).append(outcome)
    ordered = list(groups.values())
    if view.fold:
        ordered.sort(key=lambda group: (group[0].status == "failed", -len(group)))
    return [line for group in ordered for line in _output_block(group, view)]


def _section(title: str, rows: list[SharedRow], view: View, *, alone: bool) -> list[str]:
    rows = by_urgency(shared(rows) if view.fold else rows)
    under = _UNDER.get(title, {})
    names = [name for name in columns(rows) if name not in under]
    heading = [view.paint("bold", title)] if title and not alone else []
    cells = _cells(rows, names, view)
    titles = ["hosts" if view.fold else "host", *names]
    if not reads_across(cells, titles, view.width):
        everything = [*names, *(name for name in columns(rows) if name in under)]
        return heading + records(
            _cells(rows, everything, view),
            [titles[0], *everything],
            width=view.width,
            paint=view.paint,
        )
    head, *blocks = row_blocks(cells, width=view.width, paint=view.paint, header=titles)
    lines = (
        line
        for block, row in zip(blocks, rows, strict=True)
        for line in (*block, *_sentences(row, under, view))
    )
    return [*heading, *head, *lines]


def _cells(rows: Sequence[SharedRow], names: Sequence[str], view: View) -> list[list[Cell]]:
    return [
        [host, *(Cell(row.texts.get(name, ""), "odd" if name in odd else "") for name in names)]
        for host, row, odd in zip(_host_cells(rows, view), rows, odd_cells(rows), strict=True)
    ]


def _sentences(row: SharedRow, under: Mapping[str, str], view: View) -> Iterator[str]:
    """What stands under a row, in the order of ``under``."""
    for name, lead in under.items():
        text = row.texts.get(name, NOTHING)
        if text not in ("", NOTHING):
            for line in wrapped(lead + text, max(20, view.width - _INDENT)):
                yield " " * _INDENT + line


def _host_cells(rows: Sequence[SharedRow], view: View) -> list[Cell]:
    """The same hosts as in the row above are not named again."""
    above: tuple[str, ...] = ()
    cells = []
    for row in rows:
        cells.append(Cell("" if row.hosts == above else safe(view.spell(row.hosts)), "bold"))
        above = row.hosts
    return cells


def _output(outcome: Outcome) -> Output:
    facts = outcome.facts
    return facts.get("exit"), str(facts.get("stdout", "")), str(facts.get("stderr", ""))


def _output_block(group: Sequence[Outcome], view: View) -> list[str]:
    status, (code, stdout, stderr) = group[0].status, _output(group[0])
    names = view.spell([outcome.host for outcome in group])
    count = f"  {counted(len(group), 'host')}" if len(group) > 1 else ""
    title = f"{safe(names)}{count}  exit {shown(code)}"
    rule = "─" * max(3, view.width - cell_width(title) - 4)
    style = status if status == "failed" else "bold"
    printed = [*_lines(stdout), *(view.paint("odd", f"! {line}") for line in _lines(stderr))]
    return [
        f"{view.paint('dim', '──')} {view.paint(style, title)} {view.paint('dim', rule)}",
        *(printed or [view.paint("dim", "(no output)")]),
        "",
    ]


def _lines(text: str) -> list[str]:
    if not text:
        return []
    lines = text.removesuffix("\n").split("\n")
    return [safe(line.removesuffix("\r").expandtabs()) for line in lines]
