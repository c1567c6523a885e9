"""One run over many hosts: lock, journal, connections, fleet, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import ftlab
from ftlab.fleet.pool import Engine, FleetResult, run_fleet
from ftlab.journal import Journal, RunInfo
from ftlab.lab import identity
from ftlab.lab.crew import Connect, Crew
from ftlab.lab.options import Options
from ftlab.lab.recording import JournalRecorder
from ftlab.lock import RunLock
from ftlab.model import Host, Outcome
from ftlab.ops.context import Job
from ftlab.report.document import Report, exit_code

Say = Callable[[str], None]


@dataclass(frozen=True)
class Purpose:
    """What a run is for: its task, the arguments worth remembering, whether it may change hosts,
    and whether it stops at the plan all the same."""

    task: str
    args: Any
    changes: bool
    check: bool


@dataclass
class Audience:
    """Who hears of a run while it goes on: words for people, and each outcome as it comes."""

    say: Say = lambda _line: None
    on_outcome: Callable[[Outcome], None] | None = None


class Runner:
    """A run as a context manager. A run that changes hosts holds the inventory's lock and is
    journalled; one that only reads, or only checks, leaves no trace."""

    def __init__(
        self,
        options: Options,
        hosts: Sequence[Host],
        purpose: Purpose,
        connect: Connect,
        audience: Audience,
    ) -> None:
        self.options, self.hosts, self.purpose = options, tuple(hosts), purpose
        self.check = purpose.check
        self.run = identity.new_run(now := datetime.now(UTC))
        self.started = identity.started(now)
        self.journal: Journal | None = None
        self.crew = Crew(connect, self.run, self.check, say=audience.say)
        self._audience = audience
        self._began = time.monotonic()
        self._stack = ExitStack()

    def __enter__(self) -> Runner:
        with ExitStack() as stack:
            if self.purpose.changes and not self.check:
                self._begin(stack)
            stack.callback(self.crew.close)
            self._stack = stack.pop_all()
        return self

    def _begin(self, stack: ExitStack) -> None:
        lock = RunLock(self.options.state_dir, self.options.inventory)
        stack.enter_context(lock.acquire(self.run, self.purpose.task, self.options.wait_lock))
        self.journal = journal = stack.enter_context(Journal.open(self.options.journal))
        journal.begin(self._info())
        self.crew.recorder = lambda host: JournalRecorder(journal, self.run, host)

    def _info(self) -> RunInfo:
        return RunInfo(
            run=self.run,
            task=self.purpose.task,
            args=self.purpose.args,
            started=self.started,
            inventory=str(self.options.inventory.resolve()),
            user=identity.user(),
            controller=identity.controller(),
            version=ftlab.__version__,
            hosts=tuple(host.name for host in self.hosts),
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def fan_out(self, job: Job, *, keep: bool = False) -> FleetResult:
        """Do ``job`` on every host."""
        return self.over(
            self.hosts, lambda host: self.crew.do(job, host, keep=keep), self._audience.on_outcome
        )

    def over(
        self,
        hosts: Sequence[Host],
        work: Callable[[Host], Outcome],
        on_outcome: Callable[[Outcome], None] | None = None,
    ) -> FleetResult:
        """Do any ``work`` on some hosts, within the run's limits."""
        engine = Engine(on_interrupt=self._interrupted)
        return run_fleet(hosts, work, self.options.limits, on_outcome=on_outcome, engine=engine)

    def _interrupted(self, running: tuple[str, ...]) -> None:
        self._audience.say(
            f"interrupted: waiting for {len(running)} running hosts, no new ones; "
            "Ctrl-C again to leave at once"
        )

    def report(self, outcomes: Sequence[Outcome], stopped: str | None = None) -> Report:
        """Close the books: every host's end and the run's own go into the journal."""
        report = Report(
            task=self.purpose.task,
            run=self.run,
            check=self.check,
            started=self.started,
            seconds=time.monotonic() - self._began,
            outcomes=tuple(outcomes),
            stopped=stopped,
        )
        if self.journal is not None:
            self._close_books(self.journal, report)
        return report

    def _close_books(self, journal: Journal, report: Report) -> None:
        for outcome in report.outcomes:
            journal.host_done(self.run, outcome)
        code = exit_code(report)
        journal.finish(self.run, _word(code), code, report.seconds)


def _word(code: int) -> str:
    return {0: "ok", 4: "unreachable", 6: "stopped", 8: "deadline", 130: "interrupted"}.get(
        code, "failed"
    )


def failed_if_nowhere(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """A VM that no host has is a mistake in the request, not a fleet of skips."""
    missing = {"vm.notfound"}
    reached = [o for o in outcomes if o.status != "unreachable"]
    if not reached or any(o.error is None or o.error.kind not in missing for o in reached):
        return tuple(outcomes)
    return tuple(_nowhere(o) if o.status == "skipped" else o for o in outcomes)


def _nowhere(skipped: Outcome) -> Outcome:
    assert skipped.error is not None  # noqa: S101 - only skips with a reason come here
    error = replace(skipped.error, hint="ftlab vm.list shows what the hosts have")
    return replace(skipped, status="failed", error=error)
