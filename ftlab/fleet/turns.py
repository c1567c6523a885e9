"""How long a thread may keep the interpreter from the others, where hundreds wait for hosts."""

from __future__ import annotations

import sys

LONGEST = 0.1
"""Seconds; Python's own are 0.005. So often every thread that waits wakes up to ask for its turn,
also while the one that has it waits for a core itself. No piece of ours takes longer than this."""


def take_long_turns() -> None:
    """For this whole process, which must be ours. Safe to repeat."""
    sys.setswitchinterval(LONGEST)
