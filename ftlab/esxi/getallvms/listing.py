"""``vim-cmd vmsvc/getallvms``: the virtual machines registered on a host."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ftlab.esxi.getallvms import columns as vmtable
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.loose_row import is_row_like, read_row
from ftlab.esxi.text import unix, unreadable
from ftlab.frozen import frozen
from ftlab.model import Command
from ftlab.regex import regex

_SKIPPED = regex(r"^Skipping invalid VM '([^'\n]*)'[ \r]*(?:\n|\Z)", re.MULTILINE)
# A header in any state: a copy may have squeezed its blanks or lost letters.
_ANY_HEADER = regex(r"^[ \t]*Vmid[ \t].*$", re.MULTILINE)
_PROMPT = regex(r"(?:\[[^\]\n]*@[^\]\n]*\]|~|/[^\s#]*)[ ]?[#$]?[ ]?")


@frozen(slots=True)
class VmList:
    """The VMs in the host's order, and the numbers of those that hostd cannot load."""

    vms: tuple[VmEntry, ...]
    invalid: tuple[str, ...] = ()


def build_list() -> Command:
    """Ask for every registered VM. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/getallvms"), repeatable=True)


def parse_list(stdout: str, stderr: str = "") -> VmList:
    """Read ``getallvms``. Never invents a VM and never drops one silently.

    Header offsets decide; where a copy has lost the columns, the last ``[datastore] ….vmx`` of
    a line does. ``Skipping invalid VM 'N'`` is taken from stderr, and from stdout where a
    terminal mixed the two. Raises ``ParseError`` with the row for one that cannot be read, and
    where there is neither a header nor a row: an empty answer is not an empty inventory.
    """
    invalid = _SKIPPED.findall(stderr)
    text = _plain(stdout)
    header = vmtable.HEADER.search(text)
    if header:
        rows = _by_records(header, _body(text, header))
        if rows is not None:
            return _list(rows, invalid + _SKIPPED.findall(text[: header.start()]))
    invalid += _SKIPPED.findall(text)
    text = _SKIPPED.sub("", text)
    header = vmtable.HEADER.search(text)
    rows = _by_offsets(header, _body(text, header)) if header else None
    return _list(_by_line(text) if rows is None else rows, invalid)


def _list(rows: list[VmEntry], invalid: list[str]) -> VmList:
    return VmList(tuple(rows), tuple(dict.fromkeys(invalid)))


def _plain(stdout: str) -> str:
    """The text without what a terminal added: CRLF line ends, and the next prompt at the end.

    A CRLF inside an annotation stays: only a header that ends in one tells of a terminal.
    """
    header = vmtable.HEADER.search(stdout)
    text = unix(stdout) if header is None or header[0].endswith("\r") else stdout
    start = text.rfind("\n") + 1
    return text[:start] if _PROMPT.fullmatch(text, start) else text


def _body(text: str, header: re.Match[str]) -> str:
    return text[header.end() + 1 :]


def _by_records(header: re.Match[str], body: str) -> list[VmEntry] | None:
    """A copy may have lost the last line feed, or got some more."""
    rows = _first(header, body, vmtable.read_records)
    ended = body.rstrip("\n") + "\n"
    return _first(header, ended, vmtable.read_records) if rows is None and ended != body else rows


def _by_offsets(header: re.Match[str], body: str) -> list[VmEntry] | None:
    """Records again, now without the lines of invalid VMs among them; then line by line."""
    rows = _by_records(header, body)
    return _first(header, body.strip("\n"), vmtable.read_lines) if rows is None else rows


_Reading = Callable[[vmtable.Columns, str], list[VmEntry] | None]


def _first(header: re.Match[str], body: str, read: _Reading) -> list[VmEntry] | None:
    """The first reading that holds for the whole table: widths in bytes, then in characters."""
    if not body.strip():
        return []
    octets = body.encode("utf-8", "surrogateescape").decode("latin-1")
    for columns in vmtable.candidates(header):
        if octets != body and (rows := read(columns, octets)) is not None:
            return [_decoded(row) for row in rows]
        if (rows := read(columns, body)) is not None:
            return rows
    return None


def _decoded(row: VmEntry) -> VmEntry:
    """A row whose characters stand for bytes, with the text that those bytes are."""
    texts = (row.name, row.path, row.guest, row.version, row.annotation)
    return VmEntry(
        row.vmid, *(text.encode("latin-1").decode("utf-8", "surrogateescape") for text in texts)
    )


def _by_line(text: str) -> list[VmEntry]:
    """Each line on its own; the lines between two rows belong to the annotation above."""
    header = vmtable.HEADER.search(text) or _ANY_HEADER.search(text)
    first = text.count("\n", 0, header.end()) + 1 if header else 0
    found: list[VmEntry] = []
    for number, line in enumerate(text.rstrip("\n").split("\n")[first:], first + 1):
        row = _aligned(header, line) or read_row(line)
        if row is not None:
            found.append(row)
        elif _must_be_row(line, found) or (header and not found and line.strip()):
            raise unreadable("a row of getallvms that cannot be read", text, number)
        elif found:
            found[-1] = replace(found[-1], annotation=f"{found[-1].annotation}\n{line}")
    return _settled(found, header is not None, text)


def _must_be_row(line: str, found: list[VmEntry]) -> bool:
    goes_on = bool(found) and vmtable.goes_on(found[-1].annotation, line)
    return is_row_like(line) and not goes_on


def _aligned(header: re.Match[str] | None, line: str) -> VmEntry | None:
    """A row that keeps to the columns in a table where others do not."""
    if header is None or not header.groups():  # one in any state tells no columns
        return None
    rows = _first(header, line, vmtable.read_lines)
    return rows[0] if rows else None


def _settled(found: list[VmEntry], header: bool, text: str) -> list[VmEntry]:
    if not found and not header:
        raise unreadable("neither a header of getallvms nor a row", text)
    seen: set[int] = set()
    for row in found:
        if row.vmid in seen:
            raise unreadable(f"two rows of getallvms with the number {row.vmid}", text)
        seen.add(row.vmid)
    return [replace(row, annotation=row.annotation.rstrip(" ")) for row in found]
