"""What names a run and says who started it."""

from __future__ import annotations

import secrets
import socket
from datetime import UTC, datetime


def new_run(now: datetime) -> str:
    """A run's name: sorts by time, fits into a file name, and is not given twice."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def started(now: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def controller() -> str:
    return socket.gethostname()
