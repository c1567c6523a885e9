"""How long one piece of work may wait in all, its looks at the host included."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")

LONGEST_LOOK = 2.0
"""Seconds that one look counts at the most: more than hosts take that answer at once, and little
enough to leave a slow host's VM its time."""


@dataclass
class Patience:
    """A budget of waiting: ``limit`` and ``spent`` in seconds.

    Waiting counts, and so do the looks in between, up to :data:`LONGEST_LOOK` each; other
    commands do not: a slow host does not use up the patience that its VM needs. ``sleep`` and
    ``clock`` are arguments so that a test need not wait.
    """

    limit: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    spent: float = 0.0

    @property
    def over(self) -> bool:
        return self.spent >= self.limit

    def rest(self, seconds: float) -> None:
        """Wait; not at all for 0 seconds or less."""
        if seconds > 0:
            self.spent += seconds
            self.sleep(seconds)

    def look(self, work: Callable[[], Found]) -> Found:
        """Do some looking, whose time counts."""
        began = self.clock()
        try:
            return work()
        finally:
            self.spent += min(self.clock() - began, LONGEST_LOOK)
