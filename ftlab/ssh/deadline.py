"""A point in time that work must end by."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Deadline:
    """Counts down on the monotonic clock. ``at`` is a :func:`time.monotonic` value."""

    __slots__ = ("at", "limit")

    def __init__(self, seconds: float) -> None:
        self.limit = seconds
        self.at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that remain; never negative."""
        return max(0.0, self.at - time.monotonic())

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self.at

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Time that does not count, since a person is asked. Not for two threads at once."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.at += time.monotonic() - began

    def no_later_than(self, at: float | None) -> Deadline:
        """This deadline, brought forward to the monotonic time ``at`` where that is sooner."""
        if at is not None and at < self.at:
            self.at = at
        return self
