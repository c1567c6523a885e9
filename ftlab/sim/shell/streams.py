"""Where a simulated command reads and writes: files of the host, devices, or the SSH channel."""

from __future__ import annotations

import io
import os
from contextlib import ExitStack
from typing import Protocol

from ftlab.sim.shell.errors import ShellError
from ftlab.sim.shell.state import State


class Stream(Protocol):
    """The part of a binary file object that commands use."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes, or everything up to the end."""

    def readline(self, size: int = -1, /) -> bytes:
        """One line with its newline; empty at the end."""

    def write(self, data: bytes, /) -> int | None:
        """Append bytes."""


class Null(io.RawIOBase):
    """``/dev/null``."""

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:  # noqa: ARG002 - the interface has it
        return 0

    def write(self, data: object) -> int:
        return len(data) if isinstance(data, bytes) else 0


class Generated(io.RawIOBase):
    """``/dev/zero`` and ``/dev/urandom``: as many bytes as are asked for, never all of them."""

    def __init__(self, *, random: bool) -> None:
        self._random = random

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            raise OSError(27, "File too large")
        return os.urandom(size) if self._random else bytes(size)


_MODES = {"<": "rb", ">": "wb", ">|": "wb", ">>": "ab", "<>": "r+b"}


def device(path: str) -> Stream | None:
    """The stream behind a device's name, or None for any other path."""
    if path == "/dev/null":
        return Null()
    if path in ("/dev/zero", "/dev/urandom", "/dev/random"):
        return Generated(random=path != "/dev/zero")
    return None


class Descriptors:
    """A command's open files by number. Files opened here are closed by :meth:`close`."""

    def __init__(self, streams: dict[int, Stream]) -> None:
        self.streams = dict(streams)
        self._opened = ExitStack()

    def close(self) -> None:
        self._opened.close()

    def redirect(self, state: State, fd: int, operator: str, target: str) -> None:
        """Carry out one redirection. Raises ``OSError`` with the remote path in it."""
        if operator == "<<":
            self.streams[fd] = io.BytesIO(target.encode("utf-8", "surrogateescape"))
        elif operator in ("<&", ">&"):
            self._duplicate(state, fd, target)
        else:
            self.streams[fd] = self._open(state, operator, target)

    def _duplicate(self, state: State, fd: int, target: str) -> None:
        if target == "-":
            self.streams.pop(fd, None)
        elif not target.isdigit():
            self.streams[1] = self.streams[2] = self._open(state, ">", target)
        elif int(target) in self.streams:
            self.streams[fd] = self.streams[int(target)]
        else:
            raise ShellError(f"{target}: Bad file descriptor")

    def _open(self, state: State, operator: str, target: str) -> Stream:
        named = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}.get(target)
        special = self.streams.get(named) if named is not None else device(target)
        if special is not None:
            return special
        local = state.path(target)
        if operator == "<>" and not local.exists():
            local.touch()
        opened = local.open(_MODES[operator], buffering=0)
        return self._opened.enter_context(opened)
