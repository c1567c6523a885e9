"""The exit status that stands for a signal."""

from __future__ import annotations

import signal


def signal_status(name: str) -> int:
    """A shell's status for a process killed by a signal (``TERM`` → 143); 128 if unknown."""
    try:
        return 128 + int(signal.Signals["SIG" + name])
    except KeyError:
        return 128
