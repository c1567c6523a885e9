"""The user's ssh agents: each asked once per run for its keys, and shared by all logins."""

from __future__ import annotations

import socket
import threading
from typing import Any

import paramiko


class SharedAgent(paramiko.Agent):
    """One agent's connection, used by one signer at a time. ``place`` is its socket; ``None``:
    the one that ``SSH_AUTH_SOCK`` names.

    :raises OSError: nobody answers there.
    :raises paramiko.SSHException: whoever answers is no agent.
    """

    def __init__(self, place: str | None) -> None:
        self._turn = threading.Lock()
        if place is None:
            super().__init__()
            return
        paramiko.agent.AgentSSH.__init__(self)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.connect(place)
            self._connect(line)
        except BaseException:
            line.close()
            raise

    def _send_message(self, msg: Any) -> Any:
        with self._turn:
            return super()._send_message(msg)


class Agents:
    """The agents by their sockets. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str | None, SharedAgent | None] = {}

    def keys(self, place: str | None) -> tuple[Any, ...]:
        """An agent's keys; none where no agent answers, and for ``""``."""
        with self._lock:
            if place not in self._known:
                self._known[place] = None if place == "" else _asked(place)
            agent = self._known[place]
            return () if agent is None else tuple(agent.get_keys())

    def close(self) -> None:
        """Hang up on all of them."""
        with self._lock:
            for agent in self._known.values():
                if agent is not None:
                    agent.close()
            self._known = {}


def _asked(place: str | None) -> SharedAgent | None:
    try:
        return SharedAgent(place)
    except (paramiko.SSHException, OSError):
        return None
