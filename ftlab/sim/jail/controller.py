"""Where the shims of jailed shells ask the host models: one Unix socket for a lab.

A request is the names of the host and the session and the argv, joined by NUL, after their length;
the answer is the exit status, whether the connection is to die, the lengths of standard output and
error, and these. Numbers are big-endian, 32 bits (status and flag: 8 bits).
"""

from __future__ import annotations

import os
import socket
import socketserver
import struct
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from ftlab.sim.model.answer import settled
from ftlab.sim.model.host import SimHost

_LOOK = 0.1
"""Seconds between two looks whether it is to end."""


class Controller(socketserver.ThreadingUnixStreamServer):
    """Answers for the hosts of a lab, at :attr:`path`, until :meth:`close`. ``on_cut`` is told
    which session's connection dies, once its shim has printed what it may."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, hosts: Mapping[str, SimHost], on_cut: Callable[[str], None]) -> None:
        self.hosts, self.on_cut, self.closing = hosts, on_cut, threading.Event()
        self.path = Path(tempfile.mkdtemp(prefix="ftlab-")) / "socket"
        super().__init__(str(self.path), _Shim)
        work = self.serve_forever
        self._thread = threading.Thread(target=work, args=(_LOOK,), name="sim-jail", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        if self.closing.wait(seconds):
            raise ConnectionAbortedError

    def close(self) -> None:
        """Stop answering; commands that wait are dropped."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        self.path.unlink()
        self.path.parent.rmdir()


class _Shim(socketserver.StreamRequestHandler):
    server: Controller

    def handle(self) -> None:
        try:
            (size,) = struct.unpack("!I", self.rfile.read(4))
            (words,) = struct.unpack(f"{size}s", self.rfile.read(size))
            host, session, *argv = map(os.fsdecode, words.split(b"\0"))
            answer = self.server.hosts[host].answer(argv)
            self.server.wait(min(answer.seconds, threading.TIMEOUT_MAX))
            answer = settled(answer, self.server.wait)
            out = answer.stdout[: len(answer.stdout) // 2] if answer.cut else answer.stdout
            lengths = len(out), len(answer.stderr)
            head = struct.pack("!BBII", answer.exit & 0xFF, answer.cut, *lengths)
            self.request.sendall(head + out + answer.stderr)
            if answer.cut:
                self.request.shutdown(socket.SHUT_WR)
                self.request.recv(1)
                self.server.on_cut(session)
        except (OSError, LookupError, struct.error):  # the shim went away, or is none
            return
