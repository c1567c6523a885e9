"""Whether a process is still there."""

from __future__ import annotations

import time
from pathlib import Path


def is_alive(process: int) -> bool:
    """Not a zombie either, that somebody else has yet to wait for."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone(process: int) -> bool:
    deadline = time.monotonic() + 10
    while is_alive(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_alive(process)
