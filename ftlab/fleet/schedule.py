"""Which host may start now: the rules of a run as a state machine without threads or clock.

The pool tells it what happened (``finish``, ``tick``, ``interrupt``) and asks it what may
start (``start``). It never starts a host twice and never forgets one: at any time each host is
waiting, running or done.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import chain
from typing import Generic, Literal, Protocol, TypeVar

from ftlab.fleet.limits import Limits, Share
from ftlab.model import Outcome


class Unit(Protocol):
    """What a run works on, one by one: a host, or something that spans several hosts."""

    @property
    def name(self) -> str: ...

    @property
    def physical_host(self) -> str | None: ...


U = TypeVar("U", bound=Unit)

Stop = Literal["max_fail", "deadline", "interrupted"]
#: Weakest first: a later reason replaces a weaker one, never a stronger one.
STRENGTH: tuple[Stop, ...] = ("max_fail", "deadline", "interrupted")


def in_batches(count: int, sizes: Sequence[Share]) -> list[range]:
    """Positions 0..count-1 cut into successive batches; the last size is repeated."""
    batches: list[range] = []
    begin = 0
    while begin < count:
        size = sizes[min(len(batches), len(sizes) - 1)].at_most(count) if sizes else count
        batches.append(range(begin, min(begin + size, count)))
        begin += size
    return batches


class Schedule(Generic[U]):
    """The state of one run over ``hosts`` (a host given twice counts once), from time ``now``."""

    def __init__(self, hosts: Sequence[U], limits: Limits, now: float = 0.0) -> None:
        first: dict[str, U] = {}
        for host in hosts:
            first.setdefault(host.name, host)
        self.hosts = tuple(first.values())
        self.limits = limits
        self.stopped: Stop | None = None
        self._batches = deque(in_batches(len(self.hosts), limits.batch))
        self._ready: list[int] = []  # a heap of positions, so that inventory order decides
        self._parked: dict[str, deque[int]] = {}  # those whose physical host is at its cap
        self._running: dict[str, int] = {}
        self._busy: Counter[str] = Counter()
        self._failed = 0
        self._ends = None if limits.deadline is None else now + limits.deadline

    @property
    def running(self) -> tuple[str, ...]:
        """Names of the hosts now worked on, in the order they began."""
        return tuple(self._running)

    @property
    def waiting(self) -> tuple[U, ...]:
        """Hosts that have not been started, in inventory order. Empty at a natural end."""
        parked = chain.from_iterable(self._parked.values())
        places = sorted(chain(self._ready, parked, *self._batches))
        return tuple(self.hosts[place] for place in places)

    @property
    def over(self) -> bool:
        """Nothing runs, and nothing more will be started."""
        return not self._running and (self.stopped is not None or not self._any_waiting())

    def seconds_left(self, now: float) -> float | None:
        """Seconds until the deadline, at least 0; ``None`` without one."""
        return None if self._ends is None else max(0.0, self._ends - now)

    def start(self) -> list[U]:
        """The hosts that may start now; from here on they count as running."""
        started: list[U] = []
        if self.stopped is not None:
            return started
        self._open_batch()
        while self._ready and self._free():
            place = heappop(self._ready)
            if self._park(place):
                continue
            started.append(self._begin(place))
        return started

    def finish(self, outcome: Outcome) -> None:
        """A running host has ended. Raises ``KeyError`` for one that is not running."""
        self._leave(self.hosts[self._running.pop(outcome.host)])
        if outcome.status in ("failed", "unreachable"):
            self._failed += 1
        limit = self.limits.failures_allowed(len(self.hosts))
        if limit is not None and self._failed >= limit and self._any_waiting():
            self._stop("max_fail")

    def tick(self, now: float) -> None:
        """Look at the clock: past the deadline the run is stopped, if it is not yet over."""
        if self._ends is not None and now >= self._ends and not self.over:
            self._stop("deadline")

    def interrupt(self) -> None:
        """Start no new host from here on."""
        self._stop("interrupted")

    def cut(self) -> list[U]:
        """Give up on the hosts still running, and return them; they count as done."""
        abandoned = [self.hosts[place] for place in self._running.values()]
        self._running.clear()
        return abandoned

    def _stop(self, reason: Stop) -> None:
        if self.stopped is None or STRENGTH.index(reason) > STRENGTH.index(self.stopped):
            self.stopped = reason

    def _any_waiting(self) -> bool:
        return bool(self._batches or self._ready or any(self._parked.values()))

    def _open_batch(self) -> None:
        idle = not (self._running or self._ready or any(self._parked.values()))
        if idle and self._batches:
            self._ready.extend(self._batches.popleft())

    def _free(self) -> bool:
        return len(self._running) < self.limits.at_once

    def _park(self, place: int) -> bool:
        physical = self.hosts[place].physical_host
        if physical is None or self._busy[physical] < self.limits.per_physical:
            return False
        self._parked.setdefault(physical, deque()).append(place)
        return True

    def _begin(self, place: int) -> U:
        host = self.hosts[place]
        self._running[host.name] = place
        if host.physical_host is not None:
            self._busy[host.physical_host] += 1
        return host

    def _leave(self, host: U) -> None:
        physical = host.physical_host
        if physical is None:
            return
        self._busy[physical] -= 1
        if self._parked.get(physical):
            heappush(self._ready, self._parked[physical].popleft())
