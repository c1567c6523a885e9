"""What ends a command early in the simulated shell: raised below, caught where it ends."""

from __future__ import annotations

import errno


class ShellError(Exception):
    """An error that ends the command (exit 2), such as a bad substitution or number."""


class OpenError(Exception):
    """A redirection whose file does not open; ``str()`` is ash's message."""

    def __init__(self, target: str, *, reading: bool, cause: OSError) -> None:
        missing = "no such file" if reading else "nonexistent directory"
        why = missing if cause.errno == errno.ENOENT else cause.strerror
        super().__init__(f"can't {'open' if reading else 'create'} {target}: {why}")


class Exit(Exception):
    """``exit N``, or the end of ``sh -e``."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status & 0xFF


class Return(Exit):
    """``return N`` out of a function or a sourced file."""


class Leave(Exception):
    """``break N`` or, when ``again``, ``continue N``."""

    def __init__(self, levels: int, *, again: bool) -> None:
        super().__init__(levels)
        self.levels = levels
        self.again = again


class Hangup(Exception):
    """The client, its channel or the whole connection is gone."""


class Cut(Hangup):
    """The host model says that the connection dies here."""


class Expired(Exception):
    """The limit set by ``timeout`` passed while a command was waiting."""


class Interrupted(Exception):
    """Ctrl-C was typed."""
