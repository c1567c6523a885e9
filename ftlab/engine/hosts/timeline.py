"""When each host of a run was busy with what, and what it waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from ftlab.frozen import frozen
from ftlab.model import HostStep, Outcome, internal_of

START = "waiting for the run to begin"
PLACE = "waiting for a free place"
OTHERS = "waiting for the other hosts"

_MOST = 400
"""Marks of one host; what comes after them counts as the last one."""
_WORTH_TELLING = {START: 0.05, PLACE: 0.05, OTHERS: 0.05}
"""Seconds that a wait must last to be one: a machine is always a little late."""

TimeMark = tuple[float, str | None]
"""From when on a host was busy with it; ``None``: it had nothing to do."""


@frozen(slots=True)
class WorkedSteps:
    """What a host was busy with in a worker, its times counted from its own beginning there."""

    steps: tuple[HostStep, ...]


class Timeline:
    """Several threads may tell it of their hosts. ``clock`` counts seconds.

    Each mark ends the one before: what a host is asked at the same time counts as one after the
    other. ``also`` is told of each, too.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        also: Callable[[str, str], None] | None = None,
    ) -> None:
        self._clock, self._also = clock, also
        self._began = clock()
        self._opened = 0.0
        self._marks: dict[str, list[TimeMark]] = {}
        self._lock = threading.Lock()

    def opened(self) -> None:
        """The run has its lock and its journal: hosts may be worked on from now on."""
        self._opened = self._now()

    def working(self, host: str, what: str) -> None:
        """The host is busy with it from now on."""
        self._mark(host, what)
        if self._also is not None:
            self._also(host, what)

    def heard(self, outcome: Outcome) -> None:
        """The host has come to an end, here or in a worker. Safe to repeat."""
        for worked in internal_of(outcome, WorkedSteps):
            self._take(outcome.host, worked.steps)
        self.ended(outcome.host)

    def ended(self, host: str) -> None:
        """The host has nothing to do from now on. Safe to repeat."""
        self._mark(host, None)

    def _take(self, host: str, steps: Sequence[HostStep]) -> None:
        """What a worker's host did until now."""
        if not steps or self._marks.get(host):
            return
        begin = self._now() - (steps[-1].at + steps[-1].seconds)
        with self._lock:
            self._marks[host] = [(begin + each.at, each.what) for each in steps]

    def of(self, host: str) -> tuple[HostStep, ...]:
        """One after the other, from the beginning of the run to the host's last end."""
        with self._lock:
            own = list(self._marks.get(host, ()))
        if not own or own[-1][1] is not None:
            own.append((self._now(), None))
        marks: list[TimeMark] = [(0.0, START), (self._opened, PLACE), *own]
        return tuple(
            step for step in _steps(marks) if step.seconds > _WORTH_TELLING.get(step.what, 0.0)
        )

    def taken(self, host: str) -> WorkedSteps:
        """What the host was busy with, from its own first mark on; nothing of it is kept."""
        with self._lock:
            own = self._marks.pop(host, [])
        marks = [*own, (self._now(), None)]
        first = marks[0][0]
        return WorkedSteps(
            tuple(replace(each, at=round(each.at - first, 3)) for each in _steps(marks))
        )

    def _mark(self, host: str, what: str | None) -> None:
        with self._lock:
            own = self._marks.setdefault(host, [])
            if own and own[-1][1] == what:
                return
            if len(own) < _MOST or what is None:
                own.append((self._now(), what))

    def _now(self) -> float:
        return self._clock() - self._began


def _steps(marks: Sequence[TimeMark]) -> list[HostStep]:
    """Each mark lasts until the next."""
    return [_step(at, what, until) for (at, what), (until, _) in pairwise(marks)]


def _step(at: float, what: str | None, until: float) -> HostStep:
    """To the millisecond."""
    return HostStep(round(at, 3), round(max(0.0, until - at), 3), OTHERS if what is None else what)
