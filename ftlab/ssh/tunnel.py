"""A channel through a jump host, as the socket of another connection."""

from __future__ import annotations

import time
from typing import Any

from ftlab.ssh.talk import Bell, hold


class Tunnel:
    """As much of a socket as paramiko's Transport asks for; ``recv`` and ``send`` raise
    ``TimeoutError`` after :meth:`settimeout` seconds without progress."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._arrived = Bell()
        self._room = Bell()
        self._talk = hold(channel, self._room)
        channel.in_buffer.set_event(self._arrived)
        self._timeout: float | None = None

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def recv(self, size: int) -> bytes:
        until = None if self._timeout is None else time.monotonic() + self._timeout
        while True:
            try:
                with self._talk:
                    return self._channel.recv(size)
            except TimeoutError:
                self._pause(self._arrived, until)

    def send(self, data: bytes | memoryview) -> int:
        until = None if self._timeout is None else time.monotonic() + self._timeout
        while True:
            try:
                with self._talk:
                    return self._channel.send(bytes(data))
            except TimeoutError:
                self._pause(self._room, until)

    def close(self) -> None:
        """Close the channel, which wakes whoever waits here."""
        with self._talk:
            self._channel.close()
        self._arrived.set()
        self._room.set()

    def getpeername(self) -> Any:
        return self._channel.getpeername()

    @staticmethod
    def _pause(bell: Bell, until: float | None) -> None:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        bell.wait(left)
