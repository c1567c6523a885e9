"""``fleet.run ls -d /tmp``: the words that belong to the command, and ftlab's own flags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ftlab.cli.usage_errors import PLAIN

TASK = "fleet.run"


def with_one_command(words: Sequence[str], arguments: Iterable[Any]) -> list[str]:
    """The words of a command line with those of the command in one word, as a shell on the host
    would get them from ``ssh HOST ls /tmp``. After the command's first word a word that is no
    flag of the task belongs to it, and after ``--`` every word does (they are marked).

    ``arguments`` are the task's own, with ``names`` and ``takes_value``.
    """
    if TASK not in words:
        return list(words)
    at = words.index(TASK) + 1
    kept, command = _parted(words[at:], _with_values(arguments))
    line = " ".join(word.removeprefix(PLAIN) for word in command)
    return [*words[:at], *([PLAIN + line] if command else []), *kept]


def _parted(words: Sequence[str], with_values: set[str]) -> tuple[list[str], list[str]]:
    """The flags with their values, and the rest."""
    flags: list[str] = []
    command: list[str] = []
    value_due = False
    for word in words:
        is_flag = word.startswith("-") and len(word) > 1
        (flags if value_due or is_flag else command).append(word)
        value_due = not value_due and is_flag and word in with_values
    return flags, command


def _with_values(arguments: Iterable[Any]) -> set[str]:
    """The flags as they are written that take the next word as their value."""
    return {
        f"-{name}" if len(name) == 1 else f"--{name.replace('_', '-')}"
        for argument in arguments
        if argument.takes_value and not argument.positional
        for name in argument.names
    }
