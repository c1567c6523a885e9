"""A program that tells a password: bounded in time and in output, and killed with its children."""

from __future__ import annotations

import os
import selectors
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ftlab.ssh.process_group import start_group

LIMIT = 60.0
"""Seconds that it may take."""
MOST_BYTES = 64 * 1024
"""Of its output, which is a line: a program that writes more without a line end is cut."""

_POLL = 0.05


class CommandError(Exception):
    """It gave no password. The text names the program alone: an argument, and what it wrote, may
    be the secret."""


def first_line(line: str, limit: float = LIMIT) -> str:
    """The first line of what the command line ``line`` prints, which may be empty. It is started
    without a shell, and without a terminal: it cannot ask.

    Raises ``CommandError`` for a program that cannot be started, that fails, or takes too long.
    """
    try:
        argv = shlex.split(line)
    except ValueError as error:
        raise CommandError(str(error)) from None
    program = argv[0] if argv else ""
    try:
        with _started(argv or [""]) as process:
            output = _output(process, time.monotonic() + limit)
            status = process.poll()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CommandError(f"{program or repr(program)}: {why}") from None
    if status is None:
        raise CommandError(f"{program}: no answer in {limit:g} s")
    if status:
        how = f"exit status {status}" if status > 0 else f"ended by signal {-status}"
        raise CommandError(f"{program}: {how}")
    return output.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", "surrogateescape")


@contextmanager
def _started(argv: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A session of its own holds the program and its children; none of them outlives the block,
    nor this process."""
    process, end = start_group(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        end()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _output(process: subprocess.Popen[bytes], until: float) -> bytes:
    """What it writes until it ends: a child that it leaves behind, with the output open, is not
    waited for. What is beyond the first line, or too long, is read and forgotten."""
    assert process.stdout is not None  # noqa: S101 (for the type checker)
    kept, descriptor = bytearray(), process.stdout.fileno()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while time.monotonic() < until:
            ended = process.poll() is not None
            if not selector.select(0 if ended else _POLL):
                if ended:
                    break
                continue
            piece = os.read(descriptor, MOST_BYTES)
            if not piece:
                _wait(process, until)
                break
            if b"\n" not in kept and len(kept) < MOST_BYTES:
                kept += piece
    return bytes(kept)


def _wait(process: subprocess.Popen[bytes], until: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, until - time.monotonic()))
