"""What is piped into a task: passed on to the hosts."""

from __future__ import annotations

import os
import select
import stat
import sys

from ftlab.errors import UsageError

MOST = 16 * 1024 * 1024
"""Bytes; each host gets them all, from memory."""
_SOON = 0.2
"""Seconds. A pipe that somebody left open says nothing at all, and would hold the run up."""


def piped(*, wait: bool = False) -> bytes:
    """What a pipe or a file at standard input holds; nothing from a terminal or a device.

    A pipe that has nothing to say within 0.2 s is taken to be nobody's, unless told to ``wait``.
    Raises ``UsageError`` for more than 16 MiB.
    """
    if sys.stdin is None or sys.stdin.closed:
        return b""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:  # a program's own stand-in for it
        return b""
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError):
        return b""
    if not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)):
        return b""
    if not wait and not select.select([stream], [], [], _SOON)[0]:
        return b""
    found: bytes = stream.read(MOST + 1)
    if len(found) > MOST:
        raise UsageError(
            f"standard input is longer than {MOST >> 20} MiB",
            hint="fleet.copy puts a file on the hosts",
        )
    return found
