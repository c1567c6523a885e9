"""The table of ``vim-cmd vmsvc/getallvms``, to the byte.

Widths count bytes, and an annotation counts with all its lines; titles are centred with the
odd blank on the right; rows follow the identifiers as text.
"""

from __future__ import annotations

from collections.abc import Iterable

TITLES = ("Vmid", "Name", "File", "Guest OS", "Version", "Annotation")
GAP = b"   "
Row = tuple[str, str, str, str, str, str]


def table(rows: Iterable[Row]) -> bytes:
    """The whole answer for these rows (vmid, name, file, guest, version, annotation)."""
    cells = [[_bytes(cell) for cell in row] for row in sorted(rows, key=lambda row: row[0])]
    titles = [title.encode() for title in TITLES]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    head = [_centred(title, width) for title, width in zip(titles, widths, strict=True)]
    body = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in cells]
    return b"".join(GAP.join(line) + b"\n" for line in [head, *body])


def _centred(title: bytes, width: int) -> bytes:
    return (b" " * ((width - len(title)) // 2) + title).ljust(width)


def _bytes(cell: str) -> bytes:
    return cell.encode("utf-8", "surrogateescape")
