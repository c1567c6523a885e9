"""The small shell, in a thread of its own, between a channel's streams."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import asyncssh

from ftlab.sim.shell.call import Cut, Hangup, Interrupted, Stream
from ftlab.sim.shell.repl import converse, greeting
from ftlab.sim.shell.run import run
from ftlab.sim.ssh.session import Session

Result = TypeVar("Result")
_BLOCK = 1 << 15


class ChannelOut:
    """Standard output or error: gathered, and sent in blocks or when the command pauses."""

    def __init__(self, send: Callable[[bytes], None], *, carriage_returns: bool) -> None:
        self._send, self._carriage_returns = send, carriage_returns
        self._held = bytearray()

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
            self._send(block)


class ChannelIn:
    """Standard input: ``receive`` gives up to so many bytes, and is asked when a command asks."""

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(partial(self.read, _BLOCK), b""))
        return self._receive(size)

    def write(self, _data: bytes, /) -> None:
        raise OSError(9, "Bad file descriptor")


async def serve_small(session: Session, closing: threading.Event) -> None:
    """Answer a command, or serve a session until it ends; ``closing`` is set at the lab's end."""
    shell = (Terminal if session.edits else Exec)(session, closing)
    try:
        session.exit(await asyncio.to_thread(shell.run))
    except Cut:
        session.connection.cut()
    except Hangup:
        session.close()
    except Exception as error:
        told = {"message": "the small shell failed", "exception": error}
        asyncio.get_running_loop().call_exception_handler(told)
        session.close()


class Exec:
    """Runs one command line, in a thread.

    A client that goes away ends a command only where the command writes, loops or would
    never end: like a real one, it runs on otherwise.
    """

    def __init__(self, session: Session, closing: threading.Event) -> None:
        self._session, self._closing = session, closing
        self._host, self._loop = session.connection.host, asyncio.get_running_loop()
        terminal = session.term_type is not None
        send = self._send if terminal else partial(self._send, error=True)
        returns = terminal and not session.edits  # the line editor sees to its own
        self._out = ChannelOut(self._send, carriage_returns=returns)
        self._err = ChannelOut(send, carriage_returns=returns)
        self._streams: dict[int, Stream] = {0: ChannelIn(self._receive), 1: self._out, 2: self._err}

    def run(self) -> int:
        """The exit status. Raises ``Hangup``; what was written before a ``Cut`` has been sent."""
        thread = threading.current_thread()
        idle, thread.name = thread.name, f"sim-exec-{self._host.name}"
        try:
            status = self._status()
            self._flush()
        except Cut:
            self._flush_quietly()
            raise
        finally:
            thread.name = idle
        return status

    def _status(self) -> int:
        # A session without a terminal does what stands on its input.
        command = self._session.request
        script = self._streams[0].read() if command is None else command
        return run(self._host, script, self._streams, self.wait)

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        """What the event loop makes of ``work``. Raises ``Hangup`` where the client or the lab is
        gone."""
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except (OSError, asyncssh.Error, CancelledError, RuntimeError) as error:
            raise Hangup from error

    def _send(self, block: bytes, *, error: bool = False) -> None:
        self._call(self._session.send(block, error=error))

    def _receive(self, size: int) -> bytes:
        self._flush()
        block: bytes = self._call(self._session.stdin.read(size))
        return block

    def _flush(self) -> None:
        self._out.flush()
        self._err.flush()

    def _flush_quietly(self) -> None:
        with suppress(Hangup):
            self._flush()

    def wait(self, seconds: float) -> None:
        """Sleep ``seconds`` (``inf``: until the client is gone). Raises ``Hangup``."""
        if seconds > 0:
            self._flush_quietly()
        if math.isinf(seconds):
            self._session.stirred.wait()
        gone = self._session.gone and not 0 < seconds < math.inf
        if gone or self._closing.wait(max(seconds, 0)):
            raise Hangup


class Terminal(Exec):
    """What ``ssh HOST`` without a command gets: talks until ``exit``, Ctrl-D or the end of the
    connection. Ctrl-C ends what waits."""

    _typed = b""

    def _status(self) -> int:
        self._out.write(greeting(self._host, small=True).encode())
        return converse(self._host, self._streams, self.wait, self._ask)

    def _ask(self, prompt: str) -> str | None:
        self._flush()
        self._out.write(prompt.encode())
        line = self._line().decode("utf-8", "surrogateescape")
        return line[:-1] if line.endswith("\n") else None

    def _line(self) -> bytes:
        self._flush()
        return self._call(self._session.line())

    def _receive(self, size: int) -> bytes:
        self._typed = self._typed or self._line()
        block, self._typed = self._typed[:size], self._typed[size:]
        return block

    def wait(self, seconds: float) -> None:
        """As :meth:`Exec.wait`; raises ``Interrupted`` on Ctrl-C."""
        if seconds > 0:
            self._flush_quietly()
        if self._session.stirred.wait(None if math.isinf(seconds) else max(seconds, 0)):
            if self._session.gone:
                raise Hangup
            self._call(self._session.forget())
            raise Interrupted
