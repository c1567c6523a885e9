"""A login shell on a terminal: what ``ssh HOST`` without a command gets."""

from __future__ import annotations

import threading
import time

from paramiko import Channel

from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.call import Stream
from ftlab.sim.shell.errors import Interrupted
from ftlab.sim.shell.repl import SMALL, converse, greeting
from ftlab.sim.ssh.exec import Exec
from ftlab.sim.ssh.line_editor import EditedLines, LineEditor

_LOOK = 0.1
"""Seconds between two looks for Ctrl-C while a command waits."""


class Terminal(Exec):
    """Talks until ``exit``, Ctrl-D or the end of the connection. Ctrl-C ends what waits."""

    def __init__(self, host: SimHost, channel: Channel, closing: threading.Event) -> None:
        super().__init__(host, channel, b"", closing, terminal=True)
        self._editor = LineEditor(self._receive, channel.recv_ready, self._show)

    def _status(self) -> int:
        self._show(greeting(self._host, SMALL).encode())
        streams: dict[int, Stream] = {0: EditedLines(self._editor), 1: self._out, 2: self._err}
        return converse(self._host, streams, self.wait, self._ask)

    def _ask(self, prompt: str) -> str | None:
        self._flush()
        return self._editor.line(prompt, remember=True)

    def _receive(self) -> bytes:
        self._flush()
        try:
            return self._channel.recv(4096)
        except OSError:
            return b""

    def _show(self, text: bytes) -> None:
        self._out.write(text)
        self._out.flush()

    def wait(self, seconds: float) -> None:
        """As :meth:`Exec.wait`; raises ``Interrupted`` on Ctrl-C."""
        end = time.monotonic() + seconds
        while True:
            if self._editor.interrupted():
                raise Interrupted
            left = end - time.monotonic()
            super().wait(min(max(left, 0.0), _LOOK))
            if left <= 0:
                return
