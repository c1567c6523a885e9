"""The two forms in which ``esxcli`` lists things: columns under dashes, and titled blocks."""

from __future__ import annotations

import re

from ftlab.esxi.text import lines, unreadable
from ftlab.regex import regex

_DASHES = regex(r"\s*-+(?: +-+)*\s*")
_FIELD = regex(r"(\s*)([A-Z][A-Za-z0-9 ]*): ?(.*?)\s*")

EsxcliRow = dict[str, str]


def parse_columns(text: str) -> list[EsxcliRow]:
    """The rows below a line of dashes, by the header above it: each cell lies under its dashes,
    the last one goes on to the end of its line. Widths are taken in characters, or else in bytes.

    Raises ``ParseError`` where there is no header, and for a row that does not keep to the
    columns, as in a copy that has lost blanks: cut where the dashes are, it would tell lies.
    """
    answer = lines(text)
    rule = next((at for at, line in enumerate(answer) if at and _DASHES.fullmatch(line)), None)
    if rule is None:
        raise unreadable("no table in the answer", text)
    columns = _Columns(answer[rule])
    names = columns.cells(answer[rule - 1])
    if names is None:
        raise unreadable("the header of the table does not stand over its dashes", text, rule)
    rows = []
    for number, line in enumerate(answer[rule + 1 :], rule + 2):
        if line.strip():
            cells = columns.cells(line)
            if cells is None:
                raise unreadable("a row of the table is not under its dashes", text, number)
            rows.append(dict(zip(names, cells, strict=True)))
    return rows


class _Columns:
    """Where the cells of a table lie, by its line of dashes."""

    def __init__(self, dashes: str) -> None:
        starts = [found.start() for found in re.finditer(r"-+", dashes)]
        self._spans = list(zip(starts, [*starts[1:], None], strict=True))
        last = dashes.rindex("-") + 1
        self._gaps = [place for place, char in enumerate(dashes[:last]) if char == " "]

    def cells(self, line: str) -> list[str] | None:
        """The cells of a row; None where one of them reaches into the gap before the next."""
        if self._keeps(line):
            return [line[start:end].strip() for start, end in self._spans]
        octets = line.encode("utf-8", "surrogateescape")
        if len(octets) == len(line) or not self._keeps(octets.decode("latin-1")):
            return None
        cells = (octets[start:end] for start, end in self._spans)
        return [cell.decode("utf-8", "surrogateescape").strip() for cell in cells]

    def _keeps(self, line: str) -> bool:
        return all(line[place] == " " for place in self._gaps if place < len(line))


def parse_blocks(text: str) -> list[EsxcliRow]:
    """The fields of each block that has a ``Name``; fields before the first are skipped. Fields
    are indented; where a copy has lost all indents, they are read without."""
    fields = [field for line in lines(text) if (field := _FIELD.fullmatch(line))]
    is_flat = not any(field[1] for field in fields)
    found: list[EsxcliRow] = []
    for field in fields:
        if field[1] or is_flat:
            if field[2] == "Name":
                found.append({})
            if found:
                found[-1].setdefault(field[2], field[3])
    return found
