"""What the hosts of a lab have in common: a clock, what is due, numbers, and a lock."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path


class World:
    """``clock`` (seconds, monotonic) drives every change over time, which happens when somebody
    looks: :meth:`tick` is called on every answer and file access. ``latency``: seconds by tool.
    """

    def __init__(
        self,
        directory: Path,
        seed: int,
        latency: Mapping[str, float],
        clock: Callable[[], float],
        shutdown_seconds: float,
    ) -> None:
        self.directory, self.seed, self.clock = directory, seed, clock
        self.latency = latency
        self.shutdown_seconds = shutdown_seconds
        self.lock = threading.RLock()
        self._began, self._epoch = clock(), datetime.now(UTC)
        self._due: float | None = None
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._serials = itertools.count(1)

    def now(self) -> datetime:
        """The lab's wall clock: it moves with :attr:`clock`."""
        return self._epoch + timedelta(seconds=self._moment - self._began)

    @property
    def _moment(self) -> float:
        """What happens late, as nobody looked before, happens at its own time all the same."""
        return self.clock() if self._due is None else self._due

    def serial(self) -> int:
        """A number nobody else in the lab has."""
        return next(self._serials)

    def schedule(self, seconds: float, action: Callable[[], None]) -> None:
        """Do ``action`` at the first look at the lab after ``seconds``."""
        with self.lock:
            heapq.heappush(self._events, (self._moment + seconds, self.serial(), action))

    def tick(self) -> None:
        """Let everything happen that is due by now. Safe to repeat."""
        with self.lock:
            while self._events and self._events[0][0] <= self.clock():
                self._due, _, action = heapq.heappop(self._events)
                try:
                    action()
                finally:
                    self._due = None
