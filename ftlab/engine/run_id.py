"""What names a run and says who started it."""

from __future__ import annotations

import secrets
import socket
import threading
from datetime import UTC, datetime

_given: dict[str, set[str]] = {}
"""The names of the last second that this process has named a run in."""
_turn = threading.Lock()


def new_run(now: datetime) -> str:
    """A run's name: sorts by time, fits into a file name, and is not given twice."""
    second = f"{now:%Y%m%dT%H%M%S}"
    with _turn:
        taken = _given.get(second, set())
        _given.clear()
        _given[second] = taken
        while (name := f"{second}-{secrets.token_hex(2)}") in taken:
            pass
        taken.add(name)
    return name


def started(now: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def controller() -> str:
    return socket.gethostname()
