"""Tables that give way step by step, so that they stay tables where there is little room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from ftlab.frozen import frozen
from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.style import Paint
from ftlab.report.layout.table import (
    Cell,
    Floors,
    TableRow,
    can_fit,
    natural_width,
    reads_across,
    records,
    row_blocks,
)
from ftlab.report.layout.view import View

Blocks = list[Sequence[str]]
_INDENT = 2


@frozen(slots=True)
class Layout:
    """One way to lay a table out: so many of the first columns stand ``above`` their rows, and
    texts may be ``cut`` in their middle, or no text may be broken into lines (``whole``)."""

    above: int = 0
    cut: bool = False
    whole: bool = False


@frozen(slots=True)
class Rules:
    """How a table gives way: the ``ways`` to lay it out, the best first, with all columns, then
    without the first of the ``spared``, and so on. ``floors``: the fewest cells that the texts
    under a title may be cut to; those under others stay whole."""

    ways: Sequence[Layout] = (Layout(), Layout(above=1))
    spared: Sequence[str] = ()
    floors: Mapping[str, int] = field(default_factory=dict)


@frozen(slots=True)
class LaidOut:
    """The lines of each row, those of the titles first (nothing where no way fits), and the
    titles that there was no room for."""

    blocks: Blocks
    missing: Sequence[str] = ()


def across(
    rows: Sequence[TableRow],
    titles: Sequence[str],
    rules: Rules,
    view: View,
    *,
    repeat: bool = True,
) -> LaidOut:
    """The rows as a table, the first way that fits. Without ``repeat``, what is in the first
    column is not said again in the rows below."""
    for count in range(len(rules.spared) + 1):
        missing = [name for name in rules.spared[:count] if name in titles]
        if count and rules.spared[count - 1] not in titles:
            continue
        kept = [place for place, title in enumerate(titles) if title not in missing]
        cells = [[row[place] for place in kept] for row in rows]
        table = _Table(cells, [titles[place] for place in kept], rules, view.paint, repeat)
        for way in rules.ways:
            if blocks := table.laid_out(way, view.width):
                return LaidOut(blocks, missing)
    return LaidOut([])


def lines_across(
    rows: Sequence[TableRow], titles: Sequence[str], rules: Rules, view: View
) -> list[str]:
    """The lines of :func:`across`, or :func:`records` where no table fits."""
    found = across(rows, titles, rules, view)
    if found.blocks:
        return [line for block in found.blocks for line in block]
    return records(rows, titles, width=view.width, paint=view.paint)


@frozen(slots=True)
class _Table:
    rows: Sequence[TableRow]
    titles: Sequence[str]
    rules: Rules
    paint: Paint
    repeat: bool

    def laid_out(self, way: Layout, width: int) -> Blocks:
        """Nothing where it does not fit."""
        if way.above >= len(self.titles):
            return []
        rows = [row[way.above :] for row in self._cells(way)]
        titles = self.titles[way.above :]
        floors = self._floors(titles) if way.cut else ()
        room = width - _INDENT * bool(way.above)
        if not self._fits(rows, titles, room, floors):
            return []
        if way.whole and natural_width([[*map(Cell, titles)], *rows]) > room:
            return []
        shown = row_blocks(
            rows, width=room, paint=self.paint, header=titles, floors=self._floors(titles)
        )
        return self._below(shown, way.above, width) if way.above else list(shown)

    def _fits(
        self, rows: Sequence[TableRow], titles: Sequence[str], room: int, floors: Floors
    ) -> bool:
        """A table of short texts may be as wide as the terminal; one of sentences is better read
        down than squeezed."""
        if self.rules.floors:
            return can_fit(rows, titles, room, floors)
        return reads_across(rows, titles, room)

    def _floors(self, titles: Sequence[str]) -> Floors:
        return tuple(map(self.rules.floors.get, titles)) if self.rules.floors else ()

    def _cells(self, way: Layout) -> list[TableRow]:
        if self.repeat or way.above:
            return list(self.rows)
        texts = [row[0].text for row in self.rows]
        return [
            [Cell(""), *row[1:]] if place and texts[place - 1] == texts[place] else row
            for place, row in enumerate(self.rows)
        ]

    def _below(self, blocks: Blocks, above: int, width: int) -> Blocks:
        head, *others = [[" " * _INDENT + line for line in block] for block in blocks]
        leads = [tuple(row[:above]) for row in self.rows]
        named = [
            block if place and leads[place - 1] == lead else [*self._named(lead, width), *block]
            for place, (lead, block) in enumerate(zip(leads, others, strict=True))
        ]
        return [head, *named]

    def _named(self, lead: Sequence[Cell], width: int) -> Iterator[str]:
        """The first columns on a line of their own."""
        for line in wrapped("  ".join(cell.text for cell in lead if cell.text), width):
            yield self.paint(lead[0].style, line)
