"""The columns of ``getallvms``, worked out from its header alone.

A column is as wide as its widest value or title, three blanks stand between columns, titles are
centred with the smaller half on the left, and Vmid is at least 4 wide. So a title's offset tells
its column's width up to one blank, and the rows tell which of the two it is. Every row is padded
to the full width, the annotation too, whose line feeds count like any other character: rows are
records of one length, and that is what tells an annotation's lines from rows, whatever they say.

Widths count bytes on a real host. The functions here count the characters of the text they are
given, so the caller chooses the unit by what it decodes with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.regex import regex

HEADER = regex(
    r"^ *(Vmid) +(Name) +(File) +(Guest OS) +(Version) +(Annotation)[ \r]*$", re.MULTILINE
)
_GAP = "   "
_Title: TypeAlias = tuple[int, int]
"""Where a title stands in its line, and its length."""
_VMID = regex(r"([0-9]{1,18}) {3,}")
_VERSION = regex(r"vmx-[0-9]+")
_FILE = regex(r"\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\] ?[^\n]*\.(?i:vmt?x)")
# A line that begins as a row does: whether it is one has to be settled, not guessed.
_ROW_LIKE = regex(r"[0-9]+ {3,}[^ ]")
_OF_A_ROW = regex(r"\] |\.vmt?x|vmx-[0-9]", re.IGNORECASE)


class Columns(NamedTuple):
    """Where Name, File, Guest OS, Version and Annotation start, and how wide Annotation is."""

    name: int
    file: int
    guest: int
    version: int
    annotation: int
    widest: int

    @property
    def length(self) -> int:
        return self.annotation + self.widest

    def read(self, record: str) -> VmEntry | None:
        """The VM in a record whose row starts at offset 0, or None where it is no row."""
        record = record.ljust(self.annotation)
        for start in (self.file, self.guest, self.version, self.annotation):
            if record[start - 3 : start] != _GAP:
                return None
        vmid = _VMID.fullmatch(record, 0, self.name)
        path = record[self.file : self.guest].rstrip(" ")
        if vmid is None or not _FILE.fullmatch(path):
            return None
        if "\n" in record[: self.annotation]:
            return None
        return VmEntry(
            int(vmid[1]),
            record[self.name : self.file].rstrip(" "),
            path,
            record[self.guest : self.version].strip(" "),
            record[self.version : self.annotation].strip(" "),
            record[self.annotation :].rstrip(" "),
        )


def candidates(header: re.Match[str]) -> Sequence[Columns]:
    """Every set of columns that this header can stand for."""
    at = header.start()
    titles = range(1, len(header.groups()) + 1)
    return _candidates(tuple((header.start(n) - at, len(header[n])) for n in titles))


@lru_cache(maxsize=64)  # the hosts of a fleet, and the ways to read one answer, have few headers
def _candidates(titles: tuple[_Title, ...]) -> tuple[Columns, ...]:
    return tuple(
        Columns(name, file, guest, version, annotation, end - len(_GAP) - annotation)
        for _, name, file, guest, version, annotation, end in _starts(titles, 0)
    )


def _starts(titles: tuple[_Title, ...], start: int) -> Iterator[tuple[int, ...]]:
    """Where the first of these columns and those after it can start, and where one more would."""
    if not titles:
        yield (start,)
        return
    offset, length = titles[0]
    left = offset - start
    if left >= 0:
        even = start + length + 2 * left + len(_GAP)
        for following in (even, even + 1):
            for rest in _starts(titles[1:], following):
                yield (start, *rest)


def read_records(columns: Columns, body: str) -> list[VmEntry] | None:
    """The rows as records of one length, each with its line feed; None where that fails."""
    found = []
    at = 0
    while at < len(body):
        end = at + columns.length
        entry = columns.read(body[at:end])
        if entry is None or body[end : end + 1] != "\n":
            return None
        found.append(entry)
        at = end + 1
    return found if _distinct(found) else None


def read_lines(columns: Columns, body: str) -> list[VmEntry] | None:
    """The rows by line, where blanks at line ends are lost; None where that fails.

    A line that is no row goes on with the annotation before it. That fails where there is none,
    where an annotation gets longer than its column, and for a line that begins like a row.
    """
    groups: list[list[str]] = []
    for line in body.split("\n"):
        entry = columns.read(line)
        if entry is not None and _VERSION.fullmatch(entry.version):
            groups.append([line])
        elif groups and (
            not row_like(line, _vmid(groups[-1][0]))
            or goes_on(_annotation(columns, groups[-1]), line)
        ):
            groups[-1].append(line)
        else:
            return None
    found = [columns.read("\n".join(group)) for group in groups]
    whole = [entry for entry in found if entry and len(entry.annotation) <= columns.widest]
    return whole if len(whole) == len(groups) and _distinct(whole) else None


def row_like(line: str, after: str) -> bool:
    """Whether a line begins like a row, with a number that may come after ``after``.

    Rows are ordered by their number as text: 1, 11, 2.
    """
    return bool(_ROW_LIKE.match(line)) and _vmid(line) > after


def goes_on(annotation: str, line: str) -> bool:
    """Whether a line that begins like a row goes on with an annotation that has begun: it has
    nothing of a row's file or version."""
    return bool(annotation) and not _OF_A_ROW.search(line)


def _annotation(columns: Columns, lines: list[str]) -> str:
    return "\n".join([lines[0][columns.annotation :].rstrip(" "), *lines[1:]])


def _vmid(line: str) -> str:
    return line.partition(" ")[0]


def _distinct(found: list[VmEntry]) -> bool:
    return len({entry.vmid for entry in found}) == len(found)
