"""The fault behind ``Power on failed``, which is all that 6.0 and 6.5 say: hostd's task has it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ftlab.esxi.dumps.reader import parse_object
from ftlab.model import Command
from ftlab.regex import regex

_FAULT = regex(r"(?:vim|vmodl)\.(?:\w+\.)*?(?:fault\.)?(\w+)")


def find_power_on(vmid: int, lines: Iterable[str]) -> str | None:
    """The newest power-on task of a VM that hostd's log speaks of (``Task Created : haTask-…``)."""
    pattern = re.compile(rf"\bhaTask-{vmid}-vim\.VirtualMachine\.powerOn-[0-9]+\b")
    found = [each for line in lines for each in pattern.findall(line)]
    return str(found[-1]) if found else None


def build_task_info(key: str) -> Command:
    """Ask for one task. Changes nothing."""
    return Command(("vim-cmd", "vimsvc/task_info", key), repeatable=True)


def parse_task_error(text: str) -> tuple[str, str] | None:
    """The name of the fault that a task ended in and its words; ``None`` where it has none.
    Raises ``ParseError`` for anything but a task."""
    error = parse_object(text, "vim.TaskInfo").node("error")
    if error is None:
        return None
    name = _FAULT.fullmatch(error.type)
    return (name[1] if name else error.type), (error.text("msg") or "").strip()
