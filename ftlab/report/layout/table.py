"""Columns of text within a width: the widest give way first, and long cells wrap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from ftlab.frozen import frozen
from ftlab.report.layout.cells import cell_width, cut, longest_word, padded, wrapped
from ftlab.report.layout.style import Paint

GAP = 2
#: No column is squeezed below this many cells, nor below its longest word.
NARROWEST = 10
#: Lines of a row at most where its texts may be cut.
MOST_LINES = 3
#: A table this many times wider than the terminal would be read down, not across.
TOO_WIDE = 2.5


@frozen(slots=True)
class Cell:
    """Text (already safe) and the style it is shown in."""

    text: str
    style: str = ""


TableRow = Sequence[Cell]
Floors = tuple[int | None, ...]
"""For each column the fewest cells that its texts may be cut down to; ``None``: they stay whole."""


def table(
    rows: Sequence[TableRow],
    *,
    width: int,
    paint: Paint,
    header: Sequence[str] = (),
    indent: int = 0,
) -> list[str]:
    """The lines of a table; every row has as many cells as the others (and as the header)."""
    blocks = row_blocks(rows, width=width - indent, paint=paint, header=header)
    return [" " * indent + line for block in blocks for line in block]


def row_blocks(
    rows: Sequence[TableRow],
    *,
    width: int,
    paint: Paint,
    header: Sequence[str] = (),
    floors: Floors = (),
) -> list[Sequence[str]]:
    """The same, the lines of each row for themselves, those of the header first. What has a floor
    is cut in its middle where there is no other way to fit."""
    everything = (*_heading(header), *map(tuple, rows))
    return list(_laid_out(everything, width, paint, floors)) if everything else []


def _heading(titles: Sequence[str]) -> list[tuple[Cell, ...]]:
    return [tuple(Cell(_worded(title).upper(), "dim") for title in titles)] if titles else []


def _worded(title: str) -> str:
    return title.replace("_", " ")


@lru_cache(maxsize=64)
def _laid_out(
    everything: tuple[tuple[Cell, ...], ...],
    width: int,
    paint: Paint,
    floors: Floors,
) -> tuple[tuple[str, ...], ...]:
    """Remembered, since many hosts of a fleet have the same to say."""
    columns = list(zip(*everything, strict=True))
    floors = floors or (None,) * len(columns)
    widths = _fitted(columns, width - GAP * (len(columns) - 1), floors)
    return tuple(tuple(_row_lines(row, widths, paint, floors)) for row in everything)


def reads_across(rows: Sequence[TableRow], titles: Sequence[str], width: int) -> bool:
    """Whether a table of these rows fits with no word broken and no text squeezed too thin."""
    return natural_width(rows) <= TOO_WIDE * width and can_fit(rows, titles, width)


def can_fit(
    rows: Sequence[TableRow], titles: Sequence[str], width: int, floors: Floors = ()
) -> bool:
    """Whether a table of these rows fits with no word broken, but for what may be cut."""
    columns = list(zip(*_heading(titles), *rows, strict=True))
    least = _least(columns, floors or (None,) * len(columns))
    return sum(least) <= width - GAP * (len(columns) - 1)


def records(
    rows: Sequence[TableRow], titles: Sequence[str], *, width: int, paint: Paint
) -> list[str]:
    """The same as :func:`table`, each row as lines of title and text under its first cell:
    for texts too long to stand side by side. Cells without text are left out."""
    lines: list[str] = []
    for first, *others in rows:
        lines += [paint(first.style, line) for line in wrapped(first.text, width) if line]
        pairs = [
            [Cell(_worded(title), "dim"), cell]
            for title, cell in zip(titles[1:], others, strict=True)
            if cell.text
        ]
        lines += table(pairs, width=width, paint=paint, indent=2)
    return lines


def natural_width(rows: Sequence[TableRow]) -> int:
    """Cells that a table of these rows would fill if nothing had to wrap."""
    columns = list(zip(*rows, strict=True))
    texts = sum(max(cell_width(cell.text) for cell in column) for column in columns)
    return texts + GAP * max(0, len(columns) - 1)


def _fitted(columns: Sequence[TableRow], room: int, floors: Floors) -> list[int]:
    """Columns shrink as far as no word is broken, then as far as no item of a list is, then as
    far as they may be cut, and only then below the narrowest that is good to read. What still
    does not fit is left wide: the terminal wraps it, and it can be copied whole."""
    widths = [max(cell_width(cell.text) for cell in column) for column in columns]
    for longest in (_longest_word, _longest_piece):
        widths = _shrunk(widths, [max(NARROWEST, longest(column)) for column in columns], room)
    least = _least(columns, floors)
    widths = _shrunk(widths, [max(NARROWEST, each) for each in least], room)
    widths = _shrunk(widths, list(map(_longest_piece, columns)), room)
    return _shrunk(widths, least, room)


def _least(columns: Sequence[TableRow], floors: Floors) -> list[int]:
    pieces = map(_longest_piece, columns)
    return [
        piece if floor is None else min(piece, max(floor, cell_width(column[0].text)))
        for column, piece, floor in zip(columns, pieces, floors, strict=True)
    ]


def _longest_word(column: TableRow) -> int:
    return max(longest_word(cell.text, " ") for cell in column)


def _longest_piece(column: TableRow) -> int:
    return max(longest_word(cell.text, " ,") for cell in column)


def _shrunk(widths: Sequence[int], floors: Sequence[int], room: int) -> list[int]:
    shrunk = list(widths)
    while sum(shrunk) > room:
        spare = [width - floor for width, floor in zip(shrunk, floors, strict=True)]
        if max(spare) <= 0:
            break
        widest = max(range(len(shrunk)), key=lambda place: (spare[place] > 0, shrunk[place]))
        shrunk[widest] -= 1
    return shrunk


def _row_lines(row: TableRow, widths: Sequence[int], paint: Paint, floors: Floors) -> Iterator[str]:
    columns = [
        wrapped(cell.text, width) if floor is None else _shortened(cell.text, width)
        for cell, width, floor in zip(row, widths, floors, strict=True)
    ]
    for number in range(max(map(len, columns))):
        texts = [column[number] if number < len(column) else "" for column in columns]
        last = max((place for place, text in enumerate(texts) if text), default=-1)
        yield (" " * GAP).join(
            paint(row[place].style, text) + padded(text, widths[place])[len(text) :]
            if place < last
            else paint(row[place].style, text)
            for place, text in enumerate(texts[: last + 1])
        )


def _shortened(text: str, width: int) -> list[str]:
    """In :data:`MOST_LINES` at most, what is left out marked in the middle."""
    lines = wrapped(text, width)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], cut(f"{lines[MOST_LINES - 1]} … {lines[-1]}", width)]
    return [cut(line, width) for line in lines]
