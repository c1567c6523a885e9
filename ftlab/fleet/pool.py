"""Works on many hosts at once within :class:`~ftlab.fleet.limits.Limits`.

The rules live in the schedule; here are the executor, the clock and Ctrl-C. Everything that
happens arrives in one queue and is dealt with in the caller's own thread, so neither the rules
nor ``on_outcome`` ever meet another thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Generic

from ftlab.fleet.daemon_threads import DaemonThreads
from ftlab.fleet.limits import Limits
from ftlab.fleet.outcomes import cut_short, not_started, outcome_of
from ftlab.fleet.schedule import Schedule, Stop, U
from ftlab.fleet.signals import Interrupts, stop_signals
from ftlab.frozen import frozen
from ftlab.model import Outcome

OnOutcome = Callable[[Outcome], None]

#: Seconds of one wait. A signal does not end it if it comes in the very moment before it begins,
#: or if the system gives it to another thread, since Python's handlers run between two
#: instructions of the main thread: it is heard after it.
LONGEST_NAP = 1.0


@frozen(slots=True)
class FleetResult:
    """One outcome per host, in inventory order. ``stopped`` says why hosts were held back or cut
    (``None``: none was); ``seconds`` is the wall time of the whole run."""

    outcomes: tuple[Outcome, ...]
    stopped: Stop | None
    seconds: float


@frozen(slots=True)
class Engine:
    """What a run is driven by: an executor for so many hosts at once, a monotonic clock in
    seconds, where interrupts come from, and who is told that one has come (``on_interrupt`` gets
    the names of the hosts still worked on). ``give_up`` is called for each host that is not
    waited for any more; whether a command may have been sent to it. ``on_tick`` is
    called in the caller's thread whenever something has happened, and at least every second."""

    executor: Callable[[int], Executor] = DaemonThreads
    clock: Callable[[], float] = time.monotonic
    interrupts: Interrupts = stop_signals
    on_interrupt: Callable[[tuple[str, ...]], None] | None = None
    give_up: Callable[[str], bool] = lambda _name: True
    on_tick: Callable[[], None] = lambda: None


THREADS = Engine()


def run_fleet(
    hosts: Sequence[U],
    work: Callable[[U], Outcome],
    limits: Limits,
    *,
    on_outcome: OnOutcome | None = None,
    engine: Engine = THREADS,
) -> FleetResult:
    """Do ``work`` on every host, each once, and return an outcome for every one of them.

    Whatever ``work`` raises becomes that host's outcome and costs no other host its own.
    ``on_outcome`` is called in this thread as each host ends (held-back hosts come last). The
    first interrupt starts no new host and waits for those running; the second one, and the
    deadline, give up on them: their threads are left to end by themselves.
    """
    run = _Run(hosts, work, limits, on_outcome, engine)
    with engine.interrupts(lambda: run.events.put(None)):
        return run.to_the_end()


class _Run(Generic[U]):
    """One call of :func:`run_fleet`."""

    def __init__(
        self,
        hosts: Sequence[U],
        work: Callable[[U], Outcome],
        limits: Limits,
        on_outcome: OnOutcome | None,
        engine: Engine,
    ) -> None:
        # A host whose work has ended, or None for Ctrl-C: put() is safe in a signal handler.
        self.events: SimpleQueue[tuple[U, Future[Outcome]] | None] = SimpleQueue()
        self._work, self._on_outcome, self._engine = work, on_outcome, engine
        self._began = engine.clock()
        self._schedule = Schedule(hosts, limits, self._began)
        self._started: dict[str, float] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._cut = False

    def to_the_end(self) -> FleetResult:
        schedule = self._schedule
        room = max(1, min(schedule.limits.at_once, len(schedule.hosts)))
        executor = self._engine.executor(room)
        try:
            while not schedule.over:
                self._start_what_may(executor)
                self._engine.on_tick()
                self._wait_for_an_event()
        finally:
            executor.shutdown(wait=not schedule.running and not self._cut, cancel_futures=True)
        for host in schedule.waiting:
            self._record(not_started(host, schedule.stopped))
        in_order = tuple(self._outcomes[host.name] for host in schedule.hosts)
        return FleetResult(in_order, schedule.stopped, self._engine.clock() - self._began)

    def _start_what_may(self, executor: Executor) -> None:
        self._schedule.tick(self._engine.clock())
        for host in self._schedule.start():
            self._started[host.name] = self._engine.clock()
            future = _submit(executor, self._work, host)
            future.add_done_callback(partial(self._ended, host))

    def _ended(self, host: U, future: Future[Outcome]) -> None:
        self.events.put((host, future))  # called in the worker's thread

    def _wait_for_an_event(self) -> None:
        left = self._schedule.seconds_left(self._engine.clock())
        try:
            event = self.events.get(timeout=LONGEST_NAP if left is None else min(left, LONGEST_NAP))
        except Empty:
            self._look_at_the_clock()
            return
        if event is None:
            self._interrupted()
        else:
            self._finished(*event)

    def _finished(self, host: U, future: Future[Outcome]) -> None:
        outcome = outcome_of(host, future, self._seconds(host))
        self._schedule.finish(outcome)
        self._record(outcome)

    def _interrupted(self) -> None:
        again = self._schedule.stopped == "interrupted"
        self._schedule.interrupt()
        if again:
            self._give_up()
        elif self._engine.on_interrupt:
            self._engine.on_interrupt(self._schedule.running)

    def _look_at_the_clock(self) -> None:
        """Only with no answer left in the queue: a host that made it in time is not cut."""
        now = self._engine.clock()
        self._schedule.tick(now)
        if self._schedule.seconds_left(now) == 0:
            self._give_up()

    def _give_up(self) -> None:
        for host in self._schedule.cut():
            self._cut = True
            sent = self._engine.give_up(host.name)
            self._record(cut_short(host, self._schedule.stopped, self._seconds(host), sent=sent))

    def _record(self, outcome: Outcome) -> None:
        self._outcomes[outcome.host] = outcome
        if self._on_outcome:
            self._on_outcome(outcome)

    def _seconds(self, host: U) -> float:
        return self._engine.clock() - self._started[host.name]


def _submit(executor: Executor, work: Callable[[U], Outcome], host: U) -> Future[Outcome]:
    """An executor that cannot take the work (a broken worker pool) is that host's error too."""
    try:
        return executor.submit(work, host)
    except Exception as error:  # no host may be lost, whatever the executor is
        broken: Future[Outcome] = Future()
        broken.set_exception(error)
        return broken
