"""paramiko's Packetizer with a bound on how long a write may stand still."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from typing import Any

from paramiko.packet import Packetizer

WRITE_STALL = 30.0
QUICKACK = getattr(socket, "TCP_QUICKACK", None)


class Packets(Packetizer):
    """A peer that stops reading would otherwise hold its writer for ever.

    The writing thread's own limit is set with :meth:`write_until`; other writes (the
    transport's replies) may stand still for ``WRITE_STALL`` seconds. After that the
    connection is of no use, since half a packet may be out, and ``EOFError`` says so.
    """

    def __init__(self, sock: Any) -> None:
        super().__init__(sock)
        self._sock = sock
        self._limit = threading.local()

    def write_until(self, at: float | None) -> None:
        """Bound this thread's writes by the monotonic time ``at``; ``None`` lifts it."""
        self._limit.at = at

    def start_handshake(self, timeout: float) -> None:
        """Start no timer thread: the transport's deadline covers the handshake."""

    def write_all(self, out: bytes) -> None:
        at = getattr(self._limit, "at", None) or time.monotonic() + WRITE_STALL
        rest = memoryview(out)
        while rest:
            self._await_room(at)
            rest = rest[self._send(rest, at) :]

    def _send(self, rest: memoryview, at: float) -> int:
        """How many bytes went out. A jump host's channel times out; a socket has room."""
        try:
            sent = int(self._sock.send(rest))
        except TimeoutError:
            if time.monotonic() >= at:
                raise EOFError from None
            return 0
        except OSError as error:
            raise EOFError from error
        if not sent:
            raise EOFError
        self._acknowledge_at_once()
        return sent

    def _acknowledge_at_once(self) -> None:
        """sshd leaves Nagle on: it holds an answer back until its last one is acknowledged.

        Linux delays that by 40 ms, unless told otherwise again and again (tcp(7)).
        """
        if QUICKACK is not None and isinstance(self._sock, socket.socket):
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)

    def _await_room(self, at: float) -> None:
        if not isinstance(self._sock, socket.socket) or self._sock.fileno() < 0:
            return
        poll = select.poll()
        poll.register(self._sock, select.POLLOUT)
        if not poll.poll(max(0.0, at - time.monotonic()) * 1000):
            raise EOFError
