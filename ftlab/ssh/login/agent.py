"""The user's ssh agents: each asked once per run for its keys, and shared by all logins."""

from __future__ import annotations

import threading
from typing import Any

import paramiko

from ftlab.ssh.paramiko_ext.shared_agent import SharedAgent


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
