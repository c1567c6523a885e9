"""The two forms in which ``esxcli`` lists things: columns under dashes, and titled blocks."""

from __future__ import annotations

import re

from ftlab.esxi.text import lines, unreadable

_DASHES = re.compile(r"-+(?: +-+)*\s*")
_FIELD = re.compile(r"\s+([A-Z][A-Za-z0-9 ]*): ?(.*?)\s*")

EsxcliRow = dict[str, str]


def parse_columns(text: str) -> list[EsxcliRow]:
    """The rows below a line of dashes, by the header above it: each cell lies under its dashes,
    the last one goes on to the end of its line. Raises ``ParseError`` where there is no header.
    """
    answer = lines(text)
    rule = next((at for at, line in enumerate(answer) if at and _DASHES.fullmatch(line)), None)
    if rule is None:
        raise unreadable("no table in the answer", text)
    starts = [found.start() for found in re.finditer(r"-+", answer[rule])]
    ends: list[int | None] = [*starts[1:], None]
    spans = list(zip(starts, ends, strict=True))
    names = [answer[rule - 1][start:end].strip() for start, end in spans]
    return [
        {name: line[start:end].strip() for name, (start, end) in zip(names, spans, strict=True)}
        for line in answer[rule + 1 :]
        if line.strip()
    ]


def parse_blocks(text: str) -> list[EsxcliRow]:
    """The fields of each block that has a ``Name``; fields before the first are skipped."""
    found: list[EsxcliRow] = []
    for line in lines(text):
        field = _FIELD.fullmatch(line)
        if field and field[1] == "Name":
            found.append({})
        if field and found:
            found[-1].setdefault(field[1], field[2])
    return found
