"""``vim-cmd vmsvc/get.tasklist``: the tasks hostd is working on for a virtual machine."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ftlab.esxi.dumps.reader import Moref, parse_dump
from ftlab.esxi.text import unreadable
from ftlab.model import Command

_ID = re.compile(r"haTask-(.+?)-(?:vim\.)?([A-Za-z.]+)-([0-9]+)")


@dataclass(frozen=True, slots=True)
class Task:
    """A task by its id, with the operation and entity that hostd puts into the id."""

    id: str
    operation: str | None = None
    entity: str | None = None


def build_tasklist(vmid: int) -> Command:
    """Ask for the tasks of one virtual machine. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/get.tasklist", str(vmid)), repeatable=True)


def parse_tasklist(text: str) -> list[Task]:
    """Every task, in order. Raises ``ParseError`` for anything but a list of references."""
    value = parse_dump(text)
    if not isinstance(value, list) or not all(isinstance(one, Moref) for one in value):
        raise unreadable("not a list of tasks", text)
    return [_task(one.id) for one in value if isinstance(one, Moref)]


def _task(id_: str) -> Task:
    found = _ID.fullmatch(id_)
    return Task(id_, found[2], found[1]) if found else Task(id_)
