"""Whether a host has a command at all: what its shell says of one that there is not."""

from __future__ import annotations

import re

from ftlab.esxi.text import lines
from ftlab.model import Completed
from ftlab.regex import regex

_STATUS = 127
_WORDS = regex(
    r".*(?:: |\bcommand |: applet |\binaccessible or )not found(?:: .*)?"
    r"|.*\bunknown command\b.*|.*: no such file or directory",
    re.IGNORECASE,
)
_LOADER = regex(r".*\bshared (?:librar|object)", re.IGNORECASE)


def has_no_command(done: Completed) -> bool:
    """Whether the shell knows no such command. Status 127 alone does not say so: a loader that
    finds no memory for a command ends with it, too, and a shell that cannot read one."""
    if done.exit != _STATUS:
        return False
    said = [line.strip() for line in lines(done.err) if line.strip()]
    return not said or any(_WORDS.fullmatch(line) and not _LOADER.match(line) for line in said)
