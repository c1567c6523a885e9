"""One exec request, or one session on a terminal, in a jailed BusyBox ``ash``."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import termios
import threading
from collections.abc import Callable
from typing import IO

from paramiko import Channel

from ftlab.sim.jail.jail import Jail
from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.repl import greeting

_BLOCK = 1 << 15
_GONE = (OSError, EOFError)
"""What paramiko raises where the client is."""
WORDS = "BusyBox's own ash, in a jail.\nexit or Ctrl-D ends the session"


class Jailed(threading.Thread):
    """Passes bytes between an SSH channel and a jailed shell, and its status at the end.

    A client that goes away hangs up a terminal; a command without one runs on until it writes.
    """

    def __init__(
        self,
        jail: Jail,
        host: SimHost,
        channel: Channel,
        command: bytes | None,
        closing: threading.Event,
    ) -> None:
        super().__init__(name=f"sim-exec-{host.name}", daemon=True)
        self._jail, self._host, self.channel = jail, host, channel
        self._command, self._closing = command, closing
        self.on_cut: Callable[[], None] = channel.close

    def run(self) -> None:
        try:
            status = self._status()
        except _GONE:
            status = 255
        if status == -signal.SIGKILL and not self._closing.is_set():
            self.on_cut()
            return
        with contextlib.suppress(*_GONE):
            self.channel.send_exit_status(status if status >= 0 else 128 - status)
            self.channel.close()

    def _status(self) -> int:
        script = self._command
        process = self._jail.start(self._host.name, script)
        self._watch(process)
        out = [
            _passing(process.stdout, self.channel.sendall, process.kill),
            _passing(process.stderr, self.channel.sendall_stderr, process.kill),
        ]
        threading.Thread(target=self._feed, args=(process.stdin,), daemon=True).start()
        for thread in out:
            thread.join()
        return process.wait()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """The end of the lab is the end of the shell."""

        def kill() -> None:
            while process.poll() is None:
                if self._closing.wait(0.5):
                    process.kill()

        threading.Thread(target=kill, daemon=True).start()

    def _feed(self, pipe: IO[bytes] | None) -> None:
        assert pipe is not None  # noqa: S101 - for its type
        with contextlib.suppress(*_GONE, ValueError):
            while block := self.channel.recv(_BLOCK):
                pipe.write(block)
                pipe.flush()
        with contextlib.suppress(OSError):
            pipe.close()


def _passing(
    pipe: IO[bytes] | None, send: Callable[[bytes], None], gone: Callable[[], None]
) -> threading.Thread:
    """A thread that sends on what comes out of ``pipe``; ``gone`` is called where nobody hears."""
    assert pipe is not None  # noqa: S101 - for its type

    def run() -> None:
        with pipe:
            while block := os.read(pipe.fileno(), _BLOCK):
                try:
                    send(block)
                except _GONE:
                    gone()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


class JailedTerminal(Jailed):
    """The same on a terminal, which is what ``ssh HOST`` asks for."""

    def __init__(self, *parts: object, term: bytes, size: tuple[int, int]) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        self._term, self._size = term, size
        self._master = -1

    def resize(self, size: tuple[int, int]) -> None:
        """The client's window has another size now: columns and rows."""
        self._size = size
        if self._master >= 0:
            with contextlib.suppress(OSError):
                termios.tcsetwinsize(self._master, size[::-1])

    def _status(self) -> int:
        self._master, slave = pty.openpty()
        try:
            self.resize(self._size)
            if self._command is None:
                text = greeting(self._host, WORDS).replace("\n", "\r\n")
                self.channel.sendall(text.encode())
            process = self._jail.start(self._host.name, self._command, slave, self._term)
        finally:
            os.close(slave)
        self._watch(process)
        threading.Thread(target=self._type, daemon=True).start()
        self._show()
        return process.wait()

    def _type(self) -> None:
        with contextlib.suppress(*_GONE):
            while block := self.channel.recv(_BLOCK):
                os.write(self._master, block)
            os.write(self._master, b"\x04")

    def _show(self) -> None:
        with contextlib.suppress(OSError):  # the end of a terminal is an error
            while block := os.read(self._master, _BLOCK):
                with contextlib.suppress(*_GONE):
                    self.channel.sendall(block)
        os.close(self._master)
        self._master = -1
