"""``vim-cmd vmsvc/snapshot.get``: a virtual machine's snapshots, as a tree."""

from __future__ import annotations

from dataclasses import dataclass

from ftlab.esxi.text import lines, unreadable
from ftlab.frozen import frozen
from ftlab.model import Command
from ftlab.regex import regex

_TITLE = "Get Snapshot:"
_NODE = regex(r" *(-*)\|-+[A-Z]+\s*")
# "Desciption" is the host's own spelling.
_FIELD = regex(r" *-+Snapshot (Name|Id|Desc[a-z]*|Created On|State) *:(?: (.*)|)")
_ID = regex(r"[0-9]{1,18}")


@frozen(slots=True)
class Snapshot:
    """One snapshot. ``depth`` is 0 for a root, and one more than its parent's for a child.

    ``id`` is None on 4.x, which does not print it. ``created`` is the host's own text, in no
    fixed format; ``state`` is the power state it was taken in.
    """

    name: str
    depth: int
    id: int | None = None
    description: str = ""
    created: str | None = None
    state: str | None = None


def build_get(vmid: int) -> Command:
    """Ask for the snapshots. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/snapshot.get", str(vmid)), repeatable=True)


def build_revert(vmid: int, snapshot: int) -> Command:
    """Go back to a snapshot without powering on. Safe to repeat: the end is the same."""
    return Command(
        ("vim-cmd", "vmsvc/snapshot.revert", str(vmid), str(snapshot), "1"), repeatable=True
    )


def parse_snapshots(text: str) -> list[Snapshot]:
    """Every snapshot, parents before children; none gives an empty list.

    Raises ``ParseError`` where the title is missing (an empty answer does not mean "none"), for
    a line that fits nowhere, and for a snapshot without a name. A name or a description may go
    on over several lines.
    """
    answer = lines(text)
    title = next((n for n, line in enumerate(answer, 1) if line.strip() == _TITLE), None)
    if title is None:
        raise unreadable("not a list of snapshots", text)
    found: list[_Node] = []
    for number, line in enumerate(answer[title:], title + 1):
        if node := _NODE.fullmatch(line):
            found.append(_Node(len(node[1]) // 2, number, {}))
        elif not (found and found[-1].took(line)) and line.strip():
            raise unreadable("not a line of a snapshot", text, number)
    return [_snapshot(node, text) for node in found]


@dataclass(slots=True)
class _Node:
    """A snapshot being read: its fields by the host's labels, the last one may go on."""

    depth: int
    line: int
    fields: dict[str, str]

    def took(self, line: str) -> bool:
        """Take a field, or one more line of a name or a description."""
        if field := _FIELD.fullmatch(line):
            self.fields[_label(field[1])] = field[2] or ""
            return True
        last = next(reversed(self.fields), "")
        if last not in ("Name", "Description"):
            return False
        self.fields[last] += "\n" + line
        return True


def _label(written: str) -> str:
    return "Description" if written.startswith("Desc") else written


def _snapshot(node: _Node, text: str) -> Snapshot:
    fields = {label: value.strip() for label, value in node.fields.items()}
    number = fields.get("Id")
    if "Name" not in fields or (number is not None and not _ID.fullmatch(number)):
        raise unreadable("a snapshot without a name, or with no number as its id", text, node.line)
    return Snapshot(
        name=fields["Name"],
        depth=node.depth,
        id=None if number is None else int(number),
        description=fields.get("Description", ""),
        created=fields.get("Created On"),
        state=fields.get("State"),
    )
