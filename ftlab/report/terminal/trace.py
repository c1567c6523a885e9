"""A remote command as ``-v`` shows it, and with ``-vv`` what was answered."""

from __future__ import annotations

from collections.abc import Iterator

from ftlab.engine.wrappers.trace import Traced
from ftlab.report.layout.escape import escape

MOST_LINES, MOST_CHARACTERS, LONGEST = 40, 4096, 400
"""Of one output: lines, characters, and characters of one line."""


def trace_lines(traced: Traced) -> list[str]:
    """``vesxi01: exit 0, 0.21 s: vim-cmd vmsvc/getallvms``, then the outputs, if they are there;
    of a group of commands in one exec each has a line, with its place and the exec's seconds."""
    lines = [f"{escape(traced.host)}: {_end(traced)}: {_command(traced)}"]
    lines += [f"    | {line}" for line in cut(traced.stdout)]
    lines += [f"    ! {line}" for line in cut(traced.stderr)]
    return lines


def cut(output: str) -> Iterator[str]:
    """The lines of an output, harmless, as far as they are worth reading."""
    text = output[:MOST_CHARACTERS]
    lines = text.removesuffix("\n").split("\n") if text else []
    for line in lines[:MOST_LINES]:
        yield escape(line[:LONGEST]) + ("…" if len(line) > LONGEST else "")
    if len(lines) > MOST_LINES or len(text) < len(output):
        yield "… (cut)"


def _end(traced: Traced) -> str:
    seconds = f"{traced.seconds:.2f} s"
    if traced.exit is None:
        return f"no answer, {seconds}"
    return f"exit {traced.exit}, {f'{traced.place} in ' if traced.place else ''}{seconds}"


def _command(traced: Traced) -> str:
    stdin = f" < {traced.stdin} bytes" if traced.stdin else ""
    error = f" ({traced.error})" if traced.error else ""
    return escape(f"{traced.command}{stdin}{error}")
