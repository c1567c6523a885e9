"""One run of a builtin or an applet: its arguments, its streams and files, where it runs, and what
ends it early: raised below, caught where it ends."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ftlab.sim.data import table_of
from ftlab.sim.model.answer import encode
from ftlab.sim.model.host import SimHost

NOTHING = "/dev/null"
ELSEWHERE = "real BusyBox has it: sim.serve --shell busybox"
REFUSED = table_of("shell/data/refused.toml")
"""What is refused, by where it stands."""


class Refused(Exception):
    """The small shell does not do this; ``str()`` says what, and what would serve."""

    def __init__(self, what: str, instead: str = ELSEWHERE) -> None:
        super().__init__(f"{what} is not simulated by the small shell ({instead})")


class ShellSyntaxError(Exception):
    """The text is no command."""


class Incomplete(ShellSyntaxError):
    """More lines could make it one."""


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


class Stream(Protocol):
    """The part of a binary file object that commands use."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes, or everything up to the end."""

    def write(self, data: bytes, /) -> int | None:
        """Append bytes."""


@dataclass
class State:
    """What a shell knows. ``wait`` sleeps simulated seconds and raises where it is to end."""

    host: SimHost
    wait: Callable[[float], None]
    name: str = "sh"
    variables: dict[str, str] = field(default_factory=lambda: {"HOME": "/", "USER": "root"})
    cwd: str = "/"
    status: int = 0

    def path(self, remote: str) -> Path:
        """The local file behind a remote path, absolute or relative. Raises ``OSError`` and, for
        devices, ``Refused``."""
        if not remote:
            raise FileNotFoundError(2, "No such file or directory", remote)
        if remote.startswith("/dev/"):
            raise Refused(f"the device {remote}")
        whole = posixpath.normpath(posixpath.join(self.cwd, remote))
        try:
            local = self.host.path(whole)
        except PermissionError as error:
            raise PermissionError(13, "Permission denied", remote) from error
        if remote.endswith("/") and local.exists() and not local.is_dir():
            raise NotADirectoryError(20, "Not a directory", remote)
        return local


@dataclass(frozen=True, slots=True)
class Call:
    """``argv`` with the streams 0, 1 and 2."""

    argv: tuple[str, ...]
    state: State
    streams: dict[int, Stream]

    @property
    def name(self) -> str:
        return self.argv[0].rpartition("/")[2]

    def out(self, data: bytes | str) -> None:
        self._write(1, data)

    def err(self, data: bytes | str) -> None:
        self._write(2, data)

    def _write(self, fd: int, data: bytes | str) -> None:
        if data and fd in self.streams:
            self.streams[fd].write(encode(data) if isinstance(data, str) else data)

    def complain(self, message: str, status: int = 1) -> int:
        """``name: message`` on standard error; gives ``status``."""
        self.err(f"{self.name}: {message}\n")
        return status

    def stdin(self, size: int = -1) -> bytes:
        """Standard input: up to ``size`` bytes, or all of it."""
        return self.streams[0].read(size) if 0 in self.streams else b""

    def path(self, remote: str) -> Path:
        return self.state.path(remote)

    def content(self, remote: str) -> bytes:
        """A file's bytes; ``-`` is standard input. Raises ``OSError``."""
        if remote == "-":
            return self.stdin()
        return b"" if remote == NOTHING else self.path(remote).read_bytes()
