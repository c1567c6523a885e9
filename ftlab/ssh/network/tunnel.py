"""A channel through a jump host, as the socket of another connection."""

from __future__ import annotations

import time
from typing import Any

from ftlab.ssh.paramiko_ext.channel_lock import WakeUp, make_nonblocking
from ftlab.ssh.paramiko_ext.packets import Packets


class Tunnel:
    """As much of a socket as :class:`~ftlab.ssh.paramiko_ext.transport.LabTransport` asks for."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._arrived = WakeUp()
        self._room = WakeUp()
        self._send_lock = make_nonblocking(channel, self._room)
        channel.in_buffer.set_event(self._arrived)
        self._timeout: float | None = None

    def settimeout(self, seconds: float | None) -> None:
        """How long :meth:`recv` waits."""
        self._timeout = seconds

    def recv(self, size: int) -> bytes:
        """:raises TimeoutError: nothing arrived in time."""
        until = None if self._timeout is None else time.monotonic() + self._timeout
        while True:
            try:
                with self._send_lock:
                    return self._channel.recv(size)
            except TimeoutError:
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    raise
                self._arrived.wait(left)

    def await_room(self, at: float) -> bool:
        """Wait until there is room to send, here and on the jump host's own connection; False
        where the monotonic time ``at`` came first."""
        try:
            while not (self._channel.closed or self._channel.out_window_size):
                left = at - time.monotonic()
                if left <= 0:
                    return False
                self._room.wait(left)
        finally:
            self._room.set()  # for whoever else waits: setting it wakes one
        jump: Packets = self._channel.get_transport().packetizer
        return jump.await_room(at)

    def send(self, data: bytes | memoryview) -> int:
        """How much of it went out, without waiting.

        :raises TimeoutError: there is no room.
        :raises OSError: the channel is closed.
        """
        with self._send_lock:
            return self._channel.send(bytes(data))

    def close(self) -> None:
        """Close the channel, which wakes whoever waits here."""
        with self._send_lock:
            self._channel.close()
        self._arrived.set()
        self._room.set()

    def getpeername(self) -> Any:
        return self._channel.getpeername()
