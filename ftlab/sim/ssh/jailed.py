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
        process = self._jail.start(self._host.name, self._command)
        shell = process.stdin
        assert shell is not None  # noqa: S101 - for its type

        def write(block: bytes) -> None:
            shell.write(block)
            shell.flush()

        self._watch(process)
        _started(self._type, write, shell.close)
        threads = [
            _started(_pass_on, process.stdout, self.channel.sendall, process.kill),
            _started(_pass_on, process.stderr, self.channel.sendall_stderr, process.kill),
        ]
        for thread in threads:
            thread.join()
        return process.wait()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """The end of the lab is the end of the shell."""

        def kill() -> None:
            while process.poll() is None:
                if self._closing.wait(0.5):
                    process.kill()

        _started(kill)

    def _type(self, write: Callable[[bytes], object], end: Callable[[], object]) -> None:
        with contextlib.suppress(*_GONE, ValueError):
            while block := self.channel.recv(_BLOCK):
                write(block)
        with contextlib.suppress(OSError):
            end()


def _started(work: Callable[..., object], *args: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    return thread


def _pass_on(pipe: IO[bytes], send: Callable[[bytes], None], gone: Callable[[], None]) -> None:
    """Send what comes from the shell; ``gone`` is called where nobody hears."""
    with pipe, contextlib.suppress(OSError):  # the end of a terminal is an error
        while block := os.read(pipe.fileno(), _BLOCK):
            try:
                send(block)
            except _GONE:
                gone()


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
        _started(self._type, self._press, lambda: self._press(b"\x04"))
        _pass_on(os.fdopen(self._master, "rb"), self.channel.sendall, lambda: None)
        self._master = -1
        return process.wait()

    def _press(self, keys: bytes) -> None:
        os.write(self._master, keys)
