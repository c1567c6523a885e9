"""Columns of text within a width: the widest give way first, and long cells wrap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ftlab.report.cells import cell_width, longest_word, padded, wrapped
from ftlab.report.style import Paint

GAP = 2
#: No column is squeezed below this many cells; a table that still does not fit is left wide.
NARROWEST = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """Text (already safe) and the style it is shown in."""

    text: str
    style: str = ""


Row = Sequence[Cell]


def table(
    rows: Sequence[Row],
    *,
    width: int,
    paint: Paint,
    header: Sequence[str] = (),
    indent: int = 0,
) -> list[str]:
    """The lines of a table; every row has as many cells as the others (and as the header)."""
    heading: list[Row] = [[Cell(title.upper(), "dim") for title in header]] if header else []
    everything = (*map(tuple, heading), *map(tuple, rows))
    return list(_laid_out(everything, width, paint, indent)) if everything else []


@lru_cache(maxsize=64)
def _laid_out(
    everything: tuple[tuple[Cell, ...], ...], width: int, paint: Paint, indent: int
) -> tuple[str, ...]:
    """Remembered, since many hosts of a fleet have the same to say."""
    columns = list(zip(*everything, strict=True))
    widths = _fitted(columns, width - indent - GAP * (len(columns) - 1))
    lead = " " * indent
    return tuple(lead + line for row in everything for line in _row_lines(row, widths, paint))


def records(rows: Sequence[Row], titles: Sequence[str], *, width: int, paint: Paint) -> list[str]:
    """The same as :func:`table`, each row as lines of title and text under its first cell:
    for texts too long to stand side by side. Cells without text are left out."""
    lines: list[str] = []
    for first, *others in rows:
        lines += [paint(first.style, line) for line in wrapped(first.text, width) if line]
        pairs = [
            [Cell(title, "dim"), cell]
            for title, cell in zip(titles[1:], others, strict=True)
            if cell.text
        ]
        lines += table(pairs, width=width, paint=paint, indent=2)
    return lines


def natural_width(rows: Sequence[Row]) -> int:
    """Cells that a table of these rows would fill if nothing had to wrap."""
    columns = list(zip(*rows, strict=True))
    texts = sum(max(cell_width(cell.text) for cell in column) for column in columns)
    return texts + GAP * max(0, len(columns) - 1)


def _fitted(columns: Sequence[Row], room: int) -> list[int]:
    """Columns shrink as far as no word is broken; then paths may break, and last any word."""
    widths = [max(cell_width(cell.text) for cell in column) for column in columns]
    if sum(widths) <= room:
        return widths
    for ends in (" ,", " ,/"):
        words = [max(longest_word(cell.text, ends) for cell in column) for column in columns]
        widths = _shrunk(widths, [max(NARROWEST, word) for word in words], room)
    return _shrunk(widths, [NARROWEST] * len(columns), room)


def _shrunk(widths: Sequence[int], floors: Sequence[int], room: int) -> list[int]:
    shrunk = list(widths)
    while sum(shrunk) > room:
        spare = [width - floor for width, floor in zip(shrunk, floors, strict=True)]
        if max(spare) <= 0:
            break
        widest = max(range(len(shrunk)), key=lambda place: (spare[place] > 0, shrunk[place]))
        shrunk[widest] -= 1
    return shrunk


def _row_lines(row: Row, widths: Sequence[int], paint: Paint) -> Iterator[str]:
    columns = [wrapped(cell.text, width) for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, columns))):
        texts = [column[number] if number < len(column) else "" for column in columns]
        last = max((place for place, text in enumerate(texts) if text), default=-1)
        yield (" " * GAP).join(
            paint(row[place].style, text) + padded(text, widths[place])[len(text) :]
            if place < last
            else paint(row[place].style, text)
            for place, text in enumerate(texts[: last + 1])
        )
