"""The connections that a library user was given and may still use."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftlab.ssh.plain_connection import PlainConnection


class Lent:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._given: list[PlainConnection] = []
        self._lock = threading.Lock()

    def note(self, connection: PlainConnection) -> PlainConnection:
        """One more is out."""
        with self._lock:
            self._given = [each for each in self._given if each.is_connected]
            self._given.append(connection)
        return connection

    @property
    def in_use(self) -> bool:
        """Whether one of them is not closed yet, and with it what it goes through."""
        with self._lock:
            return any(each.is_connected for each in self._given)

    def close(self) -> None:
        """Hang up on all. Safe to repeat."""
        with self._lock:
            given, self._given = self._given, []
        for each in given:
            each.close()
