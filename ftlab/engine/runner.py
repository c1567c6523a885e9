"""One run over many hosts: lock, journal, connections, fleet, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING

from ftlab.engine import run_id
from ftlab.engine.connecting import Connecting, without_secrets
from ftlab.engine.hosts.timeline import Timeline
from ftlab.engine.job import Job
from ftlab.engine.options import Options
from ftlab.engine.recorder import JournalRecorder
from ftlab.engine.report import Report, exit_code
from ftlab.engine.run_lock import RunLock, user
from ftlab.engine.sessions import Sessions
from ftlab.engine.terms.leftovers import left_on
from ftlab.engine.terms.purpose import Purpose
from ftlab.engine.terms.terms import Terms
from ftlab.engine.ui import Ui, tracing
from ftlab.engine.unmatched import EarlyAnswer, not_yet, settled
from ftlab.errors import StateError
from ftlab.fleet.executor_choice import Placement, chosen, cores
from ftlab.fleet.limits import Limits
from ftlab.fleet.pool import Engine, FleetResult, OnOutcome, run_fleet
from ftlab.fleet.schedule import U
from ftlab.model import Host, Outcome, public
from ftlab.version import VERSION

if TYPE_CHECKING:
    from ftlab.engine.workers.executors import Workers
    from ftlab.journal import Journal, RunInfo

NOBODY: Mapping[str, Outcome] = MappingProxyType({})


class Runner:
    """A run as a context manager. A run that changes hosts holds the inventory's lock and is
    journalled; one that only reads, or only checks, leaves no trace."""

    def __init__(
        self,
        options: Options,
        hosts: Sequence[Host],
        purpose: Purpose,
        way: Connecting,
        ui: Ui,
    ) -> None:
        self.options, self.hosts, self.purpose = options, tuple(hosts), purpose
        self.check = purpose.round.check
        self.run = run_id.new_run(now := datetime.now(UTC))
        self.started = run_id.started(now)
        self.journal: Journal | None = None
        approved = purpose.round.approved
        terms = Terms(self.run, self.check, approved, ui.trace, options.answers)
        trace = tracing(ui, self.run, way.reach.hosts.values(), lambda: way.secrets.told)
        self.timeline = Timeline(also=ui.working if ui.watches else None)
        self.sessions = Sessions(
            way.connect, terms, say=ui.say, trace=trace,
            working=self.timeline.working, waiting=ui.waiting,
        )  # fmt: skip
        self._way, self._ui = way, ui
        self._workers: Workers | None = None
        self._noted: dict[str, tuple[object, ...]] = {}
        self._began = time.monotonic()
        self._stack = ExitStack()

    def __enter__(self) -> Runner:
        with ExitStack() as stack:
            placement = self.options.executor
            if self.purpose.apart and placement is not None and placement.kind == "dask":
                from ftlab.engine.workers.executors import Workers

                self._workers = Workers.over(placement, self._way.reach, self.hosts)
                stack.callback(self._workers.close)
            if self.purpose.changes and not self.check:
                self._begin(stack)
            if self.purpose.changes:
                self._ask_what_is_left()
            stack.callback(self.sessions.close)
            self._stack = stack.pop_all()
        self.timeline.opened()
        return self

    def _begin(self, stack: ExitStack) -> None:
        from ftlab.journal import Journal

        lock = RunLock.of(self.options)
        wait = self.options.wait_lock
        holder = lock.holder() if wait else None
        before = f"run {holder}" if holder else "another run"
        with self._ui.waiting("", f"waits for {before} to end", wait):
            held = lock.acquire(self.run, self.purpose.task, wait, self._ui.tick)
        stack.enter_context(held)
        opened = Journal.open(self.options.journal, self.options.real_inventory)
        self.journal = journal = stack.enter_context(opened)
        journal.begin(self._info())
        self.sessions.recorder = lambda host: JournalRecorder(journal, self.run, host)

    def _ask_what_is_left(self) -> None:
        names = [host.name for host in self.hosts]
        left = left_on(names, self.options, self.journal, self.purpose.left_of)
        for line in () if self.journal is None else self.journal.damaged:
            self._ui.say(f"passed over: {line}")
        terms = replace(self.sessions.terms, left=left, recovery=self.purpose.recovery)
        self.sessions.terms = terms

    def _info(self) -> RunInfo:
        from ftlab.journal import RunInfo

        return RunInfo(
            run=self.run,
            task=self.purpose.task,
            args=self.purpose.args,
            started=self.started,
            inventory=self.options.real_inventory or "",
            user=user(),
            controller=run_id.controller(),
            version=VERSION,
            hosts=tuple(host.name for host in self.hosts),
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def fan_out(
        self,
        job: Job,
        *,
        keep: bool = False,
        spared: Mapping[str, Outcome] = NOBODY,
        final: EarlyAnswer = settled,
        limits: Limits | None = None,
    ) -> FleetResult:
        """Do ``job`` on every host but the ``spared``, who have their outcome already.

        ``keep`` leaves the sessions open for a later step of the run, whose outcomes count then.
        ``final`` is what can be told of an outcome at once. ``limits`` are the options' unless
        given.
        """
        hosts = [host for host in self.hosts if host.name not in spared]
        show = self._show if keep else self.record_and_show
        came = partial(show, final=not_yet if keep else final)
        for outcome in spared.values():
            came(outcome)
        placement = Placement() if keep else self._placement(job, len(hosts))
        if placement.kind == "threads":
            work = partial(self.sessions.do, job, keep=keep)
            result = self.over(hosts, work, came, limits)
        else:
            result = self._elsewhere(placement, job, hosts, came)
        outcomes = {**spared, **{outcome.host: outcome for outcome in result.outcomes}}
        return replace(result, outcomes=tuple(outcomes[host.name] for host in self.hosts))

    def _placement(self, job: Job, hosts: int) -> Placement:
        if not self.purpose.apart:
            return Placement()
        if self.options.executor is not None:
            return self.options.executor
        placement = chosen(hosts, self.options.limits.parallel, cores())
        if placement.kind == "threads":
            return placement
        from ftlab.engine.workers.executors import can_travel

        return placement if can_travel(job) else Placement()

    def _elsewhere(
        self, placement: Placement, job: Job, hosts: Sequence[Host], hear: OnOutcome
    ) -> FleetResult:
        from ftlab.engine.workers.executors import Workers
        from ftlab.engine.workers.parent import ParentService
        from ftlab.engine.workers.worker import on_worker

        workers = self._workers or Workers(placement, self._way.reach)
        setup = workers.setup(job, self.sessions.terms, hosts)
        service = ParentService(setup, self.sessions, self._way.reach.hosts, self._way.secrets)

        def came(outcome: Outcome) -> None:
            service.close(outcome)
            hear(outcome)

        engine = Engine(
            workers.executor(service), on_interrupt=self._interrupted, on_tick=self._ui.tick
        )
        limits = workers.limits(self.options.limits)
        return run_fleet(
            [without_secrets(h) for h in hosts], on_worker, limits, on_outcome=came, engine=engine
        )

    def over(
        self,
        units: Sequence[U],
        work: Callable[[U], Outcome],
        on_outcome: OnOutcome | None = None,
        limits: Limits | None = None,
    ) -> FleetResult:
        """Do any ``work`` on some hosts, or on what spans several, in threads of this process,
        within the ``limits`` (the options' unless given)."""
        engine = Engine(
            on_interrupt=self._interrupted, give_up=self.sessions.give_up, on_tick=self._ui.tick
        )
        limits = limits or self.options.limits
        return run_fleet(units, work, limits, on_outcome=on_outcome, engine=engine)

    def begin_anew(self, units: int) -> None:
        """So many pieces of work follow on the hosts that are done so far, for who looks on."""
        if self._ui.watches:
            self._ui.begin(units)

    def count(self, outcome: Outcome) -> None:
        """One of these is done; what it has come to is told with the hosts."""
        if self._ui.watches:
            self._ui.outcome(public(outcome))

    def record_and_show(self, outcome: Outcome, final: EarlyAnswer = settled) -> None:
        """An outcome has come: into the journal at once, so that a killed run knows who was
        done, and to the user. A journal that cannot be written is reported at the end."""
        self.timeline.heard(outcome)
        if self.journal is not None:
            with suppress(StateError):
                self._note(self.journal, outcome)
        self._show(outcome, final)

    def _show(self, outcome: Outcome, final: EarlyAnswer) -> None:
        """Nothing is final in a plan that a person has yet to approve."""
        self.timeline.heard(outcome)
        self._ui.outcome(public(outcome))
        told = None if self.purpose.round.rehearsal else final(outcome)
        if told is not None:
            self._ui.final(public(told))

    def _note(self, journal: Journal, outcome: Outcome) -> None:
        told = outcome.status, outcome.error, outcome.seconds
        if self._noted.get(outcome.host) != told:
            journal.host_done(self.run, outcome, self.timeline.of(outcome.host))
            self._noted[outcome.host] = told

    def _interrupted(self, running: tuple[str, ...]) -> None:
        self._way.stop_asking()
        hosts = running[0] if len(running) == 1 else f"{len(running)} running hosts"
        self._ui.say(
            f"interrupted: waiting for {hosts}, no new ones; Ctrl-C again to leave at once"
        )

    def report(self, outcomes: Sequence[Outcome], stopped: str | None = None) -> Report:
        """Close the books: every host's end and the run's own go into the journal."""
        report = Report(
            task=self.purpose.task,
            run=self.run,
            check=self.check,
            started=self.started,
            seconds=time.monotonic() - self._began,
            outcomes=tuple(map(public, outcomes)),
            stopped=stopped,
            steps={host.name: self.timeline.of(host.name) for host in self.hosts},
        )
        if self.journal is not None:
            self.record(partial(self._close_books, self.journal, report))
        return report

    def _close_books(self, journal: Journal, report: Report) -> None:
        for outcome in report.outcomes:
            self._note(journal, outcome)
        code = exit_code(report)
        journal.finish(self.run, _word(code), code, report.seconds)

    def record(self, write: Callable[[], None]) -> None:
        """Write to the journal at the end of the run. The hosts are as they are by now, so an
        error is a warning beside the report: all changes were recorded as they were made, and
        what has no recorded end is *unfinished*."""
        try:
            write()
        except StateError as error:
            self._ui.warn(f"the end of run {self.run} is not recorded: {error.message}")


def _word(code: int) -> str:
    return {0: "ok", 4: "unreachable", 6: "stopped", 8: "deadline", 130: "interrupted"}.get(
        code, "failed"
    )
