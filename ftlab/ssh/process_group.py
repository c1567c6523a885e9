"""A program of the user's with all that it starts: in a session of its own, ended together.

It has no terminal there, and so cannot ask anything on one.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress


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
