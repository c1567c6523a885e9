"""What ends a command early in the small shell: raised below, caught where it ends."""

from __future__ import annotations

from ftlab.sim.data import table_of

ELSEWHERE = "real BusyBox has it: sim.serve --shell busybox"
REFUSED = table_of("shell/data/refused.toml")
"""What is refused, by where it stands."""


class Refused(Exception):
    """The small shell does not do this; ``str()`` says what, and what would serve."""

    def __init__(self, what: str, instead: str = ELSEWHERE) -> None:
        super().__init__(f"{what} is not simulated by the small shell ({instead})")


class ShellSyntaxError(Exception):
    """The text is no command; ``incomplete``: more lines could make it one."""

    def __init__(self, message: str, *, incomplete: bool = False) -> None:
        super().__init__(message)
        self.incomplete = incomplete


class Exit(Exception):
    """``exit N``."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status & 0xFF


class Hangup(Exception):
    """The client, its channel or the whole connection is gone."""


class Cut(Hangup):
    """The host model says that the connection dies here."""


class Interrupted(Exception):
    """Ctrl-C was typed."""
