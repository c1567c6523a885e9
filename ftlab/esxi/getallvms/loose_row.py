"""A row of ``getallvms`` without its columns: a table that was copied, squeezed or filtered."""

from __future__ import annotations

import re

from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.regex import regex

_AFTER_FILE = regex(
    r"(\.(?i:vmt?x))[ \t]+(?:([^ \t\[\]]+)[ \t]+)?(vmx-[0-9]+)(?:[ \t\r]+(.*)|)$", re.DOTALL
)
_START = regex(r"[ \t]*([0-9]{1,18})[ \t]+")
_DATASTORE = regex(r"(?<=[ \t])\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\] (?=[^ \t])")
# Begins with a number and a gap, or names a file: it has to be a row, and may be a broken one.
_ROW_LIKE = regex(
    r"[ \t]*[0-9]+[ \t](?:[ \t]+[^ \t]|.*[ \t]\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\] [^ \t])"
)


def read_row(line: str) -> VmEntry | None:
    """The VM in one line: a number, a name, the last ``[datastore] ….vmx``, guest, version.

    Of several brackets the last one after a gap of three blanks is the datastore, since a name
    and a folder can hold brackets too; without such a gap, the last one of all.
    """
    start = _START.match(line)
    after = _AFTER_FILE.search(line)
    if start is None or after is None:
        return None
    at = _last_datastore(line, start.end() - 1, after.end(1))
    if at is None:
        return None
    name, path = line[start.end() : at].strip(" \t"), line[at : after.end(1)]
    annotation = (after[4] or "").rstrip(" \r")
    return VmEntry(int(start[1]), name, path, after[2] or "", after[3], annotation)


def _last_datastore(line: str, first: int, end: int) -> int | None:
    found = [one.start() for one in _DATASTORE.finditer(line, first, end)]
    gapped = [at for at in found if line[:at].endswith("   ")]
    return max(gapped or found, default=None)


def is_row_like(line: str) -> bool:
    """Whether a line that is no readable row looks as if it were meant to be one."""
    return _ROW_LIKE.match(line) is not None
