"""The two forms in which ``esxcli`` lists things: columns under dashes, and titled blocks."""

from __future__ import annotations

import re

from ftlab.esxi.text import lines, unreadable

_DASHES = re.compile(r"\s*-+(?: +-+)*\s*")
_FIELD = re.compile(r"(\s*)([A-Z][A-Za-z0-9 ]*): ?(.*?)\s*")

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
    dashes = answer[rule]
    names = _cells(answer[rule - 1], dashes)
    if names is None:
        raise unreadable("the header of the table does not stand over its dashes", text, rule)
    rows = []
    for number, line in enumerate(answer[rule + 1 :], rule + 2):
        if line.strip():
            cells = _cells(line, dashes)
            if cells is None:
                raise unreadable("a row of the table is not under its dashes", text, number)
            rows.append(dict(zip(names, cells, strict=True)))
    return rows


def _cells(line: str, dashes: str) -> list[str] | None:
    """The cells of a row; None where one of them reaches into the gap before the next column."""
    starts = [found.start() for found in re.finditer(r"-+", dashes)]
    spans = list(zip(starts, [*starts[1:], None], strict=True))
    if _keeps(line, dashes):
        return [line[start:end].strip() for start, end in spans]
    octets = line.encode("utf-8", "surrogateescape")
    if len(octets) == len(line) or not _keeps(octets.decode("latin-1"), dashes):
        return None
    return [octets[start:end].decode("utf-8", "surrogateescape").strip() for start, end in spans]


def _keeps(line: str, dashes: str) -> bool:
    last = dashes.rindex("-") + 1
    pairs = zip(dashes[:last], line[:last], strict=False)
    return all(char == " " for dash, char in pairs if dash == " ")


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
