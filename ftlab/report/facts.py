"""What hosts answered: tables of facts, and the output of commands, folded by equal answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ftlab.inventory.fold import fold
from ftlab.model import Outcome
from ftlab.report.cells import cell_width
from ftlab.report.rows import SharedRow, columns, odd_cells, sections, shared
from ftlab.report.safe import safe
from ftlab.report.shown import counted, shown
from ftlab.report.table import Cell, natural_width, records, table
from ftlab.report.view import View

Output = tuple[Any, str, str]

#: A table this many times wider than the terminal would be read down, not across.
TOO_WIDE = 2.5


def fact_tables(outcomes: Iterable[Outcome], view: View) -> list[str]:
    """One table for each kind of fact, with a title where there are several kinds."""
    found = sections(outcomes)
    blocks = [
        _section(title if len(found) > 1 else "", rows, view) for title, rows in found.items()
    ]
    return [line for block in blocks for line in (*block, "")]


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


def _section(title: str, rows: list[SharedRow], view: View) -> list[str]:
    if view.fold:
        rows = shared(rows)
    names = columns(rows)
    heading = [view.paint("bold", title)] if title else []
    cells = [
        [host, *(Cell(row.texts.get(name, ""), "odd" if name in odd else "") for name in names)]
        for host, row, odd in zip(_host_cells(rows), rows, odd_cells(rows), strict=True)
    ]
    titles = ["hosts" if view.fold else "host", *names]
    if natural_width(cells) > TOO_WIDE * view.width:
        return heading + records(cells, titles, width=view.width, paint=view.paint)
    return heading + table(cells, width=view.width, paint=view.paint, header=titles)


def _host_cells(rows: Sequence[SharedRow]) -> list[Cell]:
    """The same hosts as in the row above are not named again."""
    above: tuple[str, ...] = ()
    cells = []
    for row in rows:
        cells.append(Cell("" if row.hosts == above else safe(fold(row.hosts)), "bold"))
        above = row.hosts
    return cells


def _output(outcome: Outcome) -> Output:
    facts = outcome.facts
    return facts.get("exit"), str(facts.get("stdout", "")), str(facts.get("stderr", ""))


def _output_block(group: Sequence[Outcome], view: View) -> list[str]:
    status, (code, stdout, stderr) = group[0].status, _output(group[0])
    names = fold([outcome.host for outcome in group])
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
