"""What hosts answered, as tables of facts, folded by equal answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ftlab.model import Outcome
from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.escape import escape
from ftlab.report.layout.table import Cell, can_fit, reads_across, records, row_blocks
from ftlab.report.layout.values import NOTHING
from ftlab.report.layout.view import View
from ftlab.report.terminal.fact_columns import (
    HOST_ABOVE,
    as_shown,
    floor_of,
    may_be_cut,
    note_of,
    spared,
    title_of,
)
from ftlab.report.terminal.fact_rows import (
    SharedRow,
    by_urgency,
    columns,
    odd_cells,
    sections,
    shared,
)
from ftlab.report.terminal.visible_facts import left_out, visible_facts

#: Columns of sentences, by section: each stands under its row, after these words.
_UNDER = {
    "pairs": {"meaning": "", "need_secondary_reason": "reason: "},
    "checks": {"found": "", "wanted": "wanted: ", "source": "source: "},
}
_INDENT = 4


def fact_tables(outcomes: Sequence[Outcome], view: View) -> list[str]:
    """One table for each kind of fact, with a title if there are several kinds."""
    found = sections(visible_facts(outcomes, view))
    blocks = [_section(title, rows, view, alone=len(found) == 1) for title, rows in found.items()]
    rest = [view.paint("dim", line) for line in left_out(outcomes, view)]
    return [line for block in (*blocks, rest) if block for line in (*block, "")]


def _section(title: str, rows: list[SharedRow], view: View, *, alone: bool) -> list[str]:
    rows = by_urgency(shared(rows) if view.fold else rows)
    under = _UNDER.get(title, {})
    rows, names = as_shown(title, rows, [name for name in columns(rows) if name not in under])
    heading = [view.paint("bold", title)] if title and not alone else []
    for missing in spared(title, names):
        left = [name for name in names if name not in missing]
        if blocks := _across(title, rows, left, view):
            note = [view.paint("dim", line) for line in _note(missing, view)]
            return [*heading, *_with_sentences(blocks, rows, under, view), *note]
    everything = [*names, *(name for name in columns(rows) if name in under)]
    cells, titles = _cells(rows, everything, view), _titles(title, everything, view)
    return heading + records(cells, titles, width=view.width, paint=view.paint)


def _note(missing: Sequence[str], view: View) -> list[str]:
    return wrapped(note_of(missing), view.width) if missing else []


def _titles(section: str, names: Sequence[str], view: View) -> list[str]:
    return ["hosts" if view.fold else "host", *(title_of(section, name) for name in names)]


def _across(
    section: str, rows: Sequence[SharedRow], names: Sequence[str], view: View
) -> list[Sequence[str]]:
    """The lines of each row, the titles first; nothing where a table has no room. Where texts
    must be cut, hosts stand above their rows, if they have several."""
    cells, titles = _cells(rows, names, view), _titles(section, names, view)
    paint = view.paint
    if not may_be_cut(section):
        fits = reads_across(cells, titles, view.width)
        return row_blocks(cells, width=view.width, paint=paint, header=titles) if fits else []
    floors = (None, *map(floor_of, titles[1:]))
    if can_fit(cells, titles, view.width):
        return row_blocks(cells, width=view.width, paint=paint, header=titles, floors=floors)
    inner, room = [row[1:] for row in cells], view.width - 2
    if section in HOST_ABOVE and can_fit(inner, titles[1:], room, floors[1:]):
        blocks = row_blocks(inner, width=room, paint=paint, header=titles[1:], floors=floors[1:])
        return _under_hosts(blocks, cells, view)
    if can_fit(cells, titles, view.width, floors):
        return row_blocks(cells, width=view.width, paint=paint, header=titles, floors=floors)
    return []


def _under_hosts(
    blocks: Sequence[Sequence[str]], cells: Sequence[Sequence[Cell]], view: View
) -> list[Sequence[str]]:
    """Each host on a line of its own above its rows, where there is no room for it beside them."""
    head, *others = [[f"  {line}" for line in block] for block in blocks]
    named = [
        [*(view.paint(row[0].style, line) for line in wrapped(row[0].text, view.width)), *block]
        if row[0].text
        else block
        for row, block in zip(cells, others, strict=True)
    ]
    return [head, *named]


def _with_sentences(
    blocks: Sequence[Sequence[str]], rows: Sequence[SharedRow], under: Mapping[str, str], view: View
) -> list[str]:
    head, *others = blocks
    lines = (
        line
        for block, row in zip(others, rows, strict=True)
        for line in (*block, *_sentences(row, under, view))
    )
    return [*head, *lines]


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
    """The same hosts as in the row above are not named again, but where each line must do
    without the others."""
    above: tuple[str, ...] = ()
    cells = []
    for row in rows:
        cells.append(
            Cell(
                "" if row.hosts == above and not view.is_piped else escape(view.spell(row.hosts)),
                "bold",
            )
        )
        above = row.hosts
    return cells
