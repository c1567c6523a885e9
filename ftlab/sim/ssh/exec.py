"""One exec request: the simulated shell between an SSH channel's streams."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from paramiko import Channel

from ftlab.sim.model.host import SimHost
from ftlab.sim.shell import run as shell
from ftlab.sim.shell.call import Stream
from ftlab.sim.shell.errors import Cut, Hangup

_BLOCK = 1 << 15
_LOOK = 0.5
"""Seconds between two looks whether the client of a command that never ends is still there."""


class ChannelOut:
    """Standard output or error: gathered, and sent in blocks or when the command pauses."""

    def __init__(self, send: Callable[[bytes], None], *, carriage_returns: bool) -> None:
        self._send = send
        self._held = bytearray()
        self._carriage_returns = carriage_returns

    def read(self, _size: int = -1, /) -> bytes:
        raise OSError(9, "Bad file descriptor")

    def write(self, data: bytes, /) -> None:
        self._held += data.replace(b"\n", b"\r\n") if self._carriage_returns else data
        if len(self._held) >= _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Raises :class:`Hangup` where nobody hears; what was held is gone then."""
        if self._held:
            block, self._held = bytes(self._held), bytearray()
            try:
                self._send(block)
            except OSError as error:
                raise Hangup from error


class ChannelIn:
    """Standard input, read from the channel only when a command asks for it."""

    def __init__(self, channel: Channel, before: Callable[[], None]) -> None:
        self._channel, self._before = channel, before

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_BLOCK), b""))
        self._before()
        try:
            return self._channel.recv(size)
        except OSError as error:
            raise Hangup from error

    def write(self, _data: bytes, /) -> None:
        raise OSError(9, "Bad file descriptor")


class Exec(threading.Thread):
    """Runs one command line and answers with its exit status.

    A client that goes away ends a command only where the command writes, loops or would
    never end: like a real one, it runs on otherwise.
    """

    def __init__(
        self,
        host: SimHost,
        channel: Channel,
        command: bytes | None,
        closing: threading.Event,
        *,
        terminal: bool = False,
    ) -> None:
        super().__init__(name=f"sim-exec-{host.name}", daemon=True)
        self._host, self._channel, self._command = host, channel, command
        self._closing = closing
        error = channel.sendall if terminal else channel.sendall_stderr
        self._out = ChannelOut(channel.sendall, carriage_returns=terminal)
        self._err = ChannelOut(error, carriage_returns=terminal)
        self.on_cut: Callable[[], None] = channel.close

    def run(self) -> None:
        try:
            status = self._status()
            self._flush()
            self._channel.send_exit_status(status)
            self._channel.close()
        except Cut:
            self._flush_quietly()
            self.on_cut()
        except (Hangup, OSError, EOFError):
            with suppress(OSError, EOFError):  # the client's process, and its socket, may be gone
                self._channel.close()

    def _status(self) -> int:
        typed = ChannelIn(self._channel, self._flush)
        streams: dict[int, Stream] = {0: typed, 1: self._out, 2: self._err}
        # A session without a terminal does what stands on its input.
        script = typed.read() if self._command is None else self._command
        return shell.run(self._host, script, streams, self.wait)

    def _flush(self) -> None:
        self._out.flush()
        self._err.flush()

    def _flush_quietly(self) -> None:
        with suppress(Hangup):
            self._flush()

    def wait(self, seconds: float) -> None:
        """Sleep ``seconds`` (``inf``: until the client is gone). Raises ``Hangup``."""
        if seconds <= 0 and (self._channel.closed or self._closing.is_set()):
            raise Hangup
        if seconds > 0:
            self._flush_quietly()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            gone = math.isinf(seconds) and self._channel.closed
            if gone or self._closing.wait(min(left, _LOOK)):
                raise Hangup
