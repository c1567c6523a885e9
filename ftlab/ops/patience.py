"""How long one piece of work may wait in all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Patience:
    """A budget of waiting: ``limit`` and ``spent`` in seconds.

    Only deliberate waiting counts, not the time that commands take: a slow host does not use
    up the patience that its VM needs, and on hosts that answer at once the limit is the whole
    time. ``sleep`` is an argument so that a test need not wait.
    """

    limit: float
    sleep: Callable[[float], None] = time.sleep
    spent: float = 0.0

    @property
    def over(self) -> bool:
        return self.spent >= self.limit

    def rest(self, seconds: float) -> None:
        """Wait."""
        self.spent += seconds
        self.sleep(seconds)
