"""Where the shims of a jailed shell ask the host model: one Unix socket per host.

A request is the session's name and the argv joined by NUL, after their length; the answer is the
exit status, whether the connection is to die, the lengths of standard output and error, and these.
Numbers are big-endian, 32 bits (status and flag: 8 bits).
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from ftlab.sim.model.answer import Answer, settled
from ftlab.sim.model.host import SimHost

_BACKLOG = 256
_LENGTH = struct.Struct("!I")
_HEAD = struct.Struct("!BBII")


class Controller:
    """Answers for every host of a lab until :meth:`close`. ``on_cut`` is told which session's
    connection dies, once its shim has printed what it may."""

    def __init__(
        self, hosts: Mapping[str, SimHost], on_cut: Callable[[str], None] = lambda _: None
    ) -> None:
        self._hosts, self._on_cut = hosts, on_cut
        self._folder = Path(tempfile.mkdtemp(prefix="ftlab-"))
        self.sockets = {name: self._folder / str(at) for at, name in enumerate(hosts)}
        self._closing = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._waker, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        for name, path in self.sockets.items():
            self._listen(name, path)
        self._thread = threading.Thread(target=self._accept_all, name="sim-forced", daemon=True)
        self._thread.start()

    def _listen(self, name: str, path: Path) -> None:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._selector.register(listener, selectors.EVENT_READ, name)
        listener.bind(str(path))
        listener.listen(_BACKLOG)
        listener.setblocking(False)

    def _accept_all(self) -> None:
        while not self._closing.is_set():
            for key, _ in self._selector.select():
                if key.data is None or not isinstance(key.fileobj, socket.socket):
                    continue
                try:
                    asker, _ = key.fileobj.accept()
                except (BlockingIOError, ConnectionAbortedError):
                    continue
                asker.setblocking(True)
                arguments = (self._hosts[key.data], asker)
                threading.Thread(target=self._answer, args=arguments, daemon=True).start()

    def _answer(self, host: SimHost, asker: socket.socket) -> None:
        with asker:
            try:
                session, *argv = _request(asker)
                answer = host.answer(tuple(argv))
                self._wait(min(answer.seconds, threading.TIMEOUT_MAX))
                answer = settled(answer, self._wait)
                asker.sendall(_reply(answer))
                if answer.cut:
                    asker.shutdown(socket.SHUT_WR)
                    asker.recv(1)
                    self._on_cut(session)
            except OSError:
                return

    def _wait(self, seconds: float) -> None:
        if self._closing.wait(seconds):
            raise ConnectionAbortedError

    def close(self) -> None:
        """Stop answering; commands that wait are dropped. Safe to repeat."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._waker.send(b"!")
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._waker.close()
        self._selector.close()
        for path in self.sockets.values():
            path.unlink(missing_ok=True)
        self._folder.rmdir()


def _request(asker: socket.socket) -> tuple[str, ...]:
    size = _LENGTH.unpack(_exactly(asker, _LENGTH.size))[0]
    return tuple(os.fsdecode(word) for word in _exactly(asker, size).split(b"\0"))


def _exactly(asker: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        block = asker.recv(size - len(data))
        if not block:
            raise ConnectionResetError("the shim went away")
        data += block
    return data


def _reply(answer: Answer) -> bytes:
    out = answer.stdout[: len(answer.stdout) // 2] if answer.cut else answer.stdout
    head = _HEAD.pack(answer.exit & 0xFF, answer.cut, len(out), len(answer.stderr))
    return head + out + answer.stderr
