"""A program of the user's with all that it starts: in a session of its own, ended together.

It has no terminal there, and so cannot ask anything on one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeAlias

KillGroup: TypeAlias = "weakref.finalize[..., subprocess.Popen[bytes]]"
"""Kills a program and its children when it is called; by itself once nobody holds the program
any more, or when this process ends. ``detach`` calls that off."""

_starting = threading.Lock()
weakref.finalize(_starting, _starting.acquire)
"""This process does not end between a program's start and its ``KillGroup``, whatever thread
starts it: it would be left behind. From then on none is started."""


def start_group(argv: Sequence[str], **streams: Any) -> tuple[subprocess.Popen[bytes], KillGroup]:
    """Start a program, its streams as :class:`subprocess.Popen` takes them.

    :raises OSError: it cannot be started.
    """
    with _starting:
        program = subprocess.Popen(list(argv), start_new_session=True, **streams)
        return program, weakref.finalize(program, signal_group, program.pid, signal.SIGKILL)


def signal_group(leader: int, number: int) -> None:
    """Send a signal to the program and its children, as far as there are any left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def end_group(program: subprocess.Popen[bytes], grace: float) -> None:
    """Ask all of them to end; kill those that are still there after ``grace`` seconds, or once
    the program itself has ended."""
    signal_group(program.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        program.wait(grace)
    signal_group(program.pid, signal.SIGKILL)
    program.wait()
