"""The simulated host's ``/bin/sh``: what one SSH exec is handed to.

A small POSIX shell in the manner of BusyBox ash: quoting, lists, pipes, redirections,
substitutions, compound commands and functions, byte-safe throughout. No background jobs.
A pipeline's commands run one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ftlab.sim.shell.errors import Cut, Expired, Hangup
from ftlab.sim.shell.interpreter import Shell
from ftlab.sim.shell.state import ShellHost, State
from ftlab.sim.shell.streams import Descriptors, Stream

__all__ = ["Cut", "Hangup", "run"]


def run(
    host: ShellHost,
    script: bytes,
    streams: dict[int, Stream],
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Run ``script`` on ``host`` and give its exit status (0 to 255).

    ``streams`` are the open files by number (0, 1, 2). ``wait`` sleeps simulated seconds; it is
    called with 0 in every round of a loop, so that it can raise :class:`Hangup` to stop one.
    Raises :class:`Hangup` where a stream or ``wait`` does, :class:`Cut` where the host model has
    the connection die.
    """
    shell = Shell(State(host, wait), Descriptors(streams))
    try:
        return shell.main(script.decode("utf-8", "surrogateescape"))
    except Expired:
        return 143
    except RecursionError:
        shell.complain("Maximum function recursion depth reached")
        return 2
