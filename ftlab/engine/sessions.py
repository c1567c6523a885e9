"""The sessions of one run, and a job done through them on one host."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any, Protocol, runtime_checkable

from ftlab.engine.context import Context
from ftlab.engine.job import Found, Job, JobAnswer
from ftlab.engine.recorder import Recorder, Unrecorded
from ftlab.engine.terms.approval import refuse_other
from ftlab.engine.terms.leftovers import described
from ftlab.engine.terms.terms import Terms
from ftlab.engine.wrappers.busy import BusySession, Waiting, Working, nobody_looks
from ftlab.engine.wrappers.trace import NO_TRACE, Trace
from ftlab.engine.wrappers.unread import with_command
from ftlab.engine.wrappers.vim_cmd_name import VimCmdName
from ftlab.errors import CommandTimeout, FtlabError, HostdDown, HostError, Lost, Unreachable
from ftlab.fleet.outcomes import outcome_of_error
from ftlab.frozen import mutable
from ftlab.model import Change, Host, Outcome, Status
from ftlab.session import Session

Connect = Callable[[Host], Session]


@mutable
class Sessions:
    """Opens each host's session once and keeps it until :meth:`close`.

    ``recorder`` gives each host its recorder. Safe to use from several threads.
    """

    connect: Connect
    terms: Terms
    recorder: Callable[[str], Recorder] = lambda _host: Unrecorded()
    say: Callable[[str], None] = lambda _line: None
    trace: Trace = NO_TRACE
    working: Working = lambda _host, _what: None
    waiting: Waiting = nobody_looks
    _open: dict[str, BusySession] = field(default_factory=dict)
    _reached: set[str] = field(default_factory=set)
    _given_up: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def context(self, host: Host, *, over: Callable[[], bool] = lambda: False) -> Context:
        """A fresh context on the host's session; nothing is said of it once it is ``over``.
        Raises ``Unreachable``."""
        with self._lock:
            session = self._open.get(host.name)
        if session is None:
            session = self._opened(host)
        approved = self.terms.approved
        return Context(
            session,
            run=self.terms.run,
            check=self.terms.check,
            recorder=self.recorder(host.name),
            sleep=partial(self._sleep, host.name),
            waiting=partial(self.waiting, host.name),
            say=lambda line: None if over() else self.say(f"{host.name}: {line}"),
            approved=None if approved is None else approved.get(host.name, ()),
            answers=self.terms.answers,
            left=list(self.terms.left.get(host.name, ())),
        )

    def renew(self, context: Context, host: Host) -> None:
        """Give a context a new session, since its host went away. Raises ``Unreachable``."""
        self.dismiss(host.name)
        context.session = self._opened(host)

    def _opened(self, host: Host) -> BusySession:
        """Raises ``Unreachable``, also for a host that was given up: nothing is sent to it."""
        if host.name in self._given_up:
            raise _late(host)
        session = self._connected(host)
        with self._lock:
            if host.name not in self._given_up:
                self._open[host.name] = session
                self._reached.add(host.name)
                return session
        session.close()
        raise _late(host)

    def _connected(self, host: Host) -> BusySession:
        self.working(host.name, "connecting")
        return BusySession(VimCmdName(self.trace.session(self.connect(host))), self.working)

    def _sleep(self, host: str, seconds: float) -> None:
        if seconds >= 1:
            self.working(host, f"waiting {seconds:.0f} s")
        time.sleep(seconds)

    def give_up(self, name: str) -> bool:
        """Let no command be sent to a host that has none yet. Whether it has one."""
        with self._lock:
            self._given_up.add(name)
            return name in self._reached

    def do(self, job: Job, host: Host, *, keep: bool = False) -> Outcome:
        """Do ``job`` on one host; whatever happens becomes its outcome. ``keep`` leaves the
        session open for a later step of the same run."""
        began = time.monotonic()
        context: Context | None = None
        found: JobAnswer = {}
        error: FtlabError | None = None
        try:
            context = self.context(host)
            if context.approved is not None and job.changes:
                self._rehearse(job, context, context.approved)
            found = self._carried_out(job, context)
        except FtlabError as failed:
            session = self._open.get(host.name)
            error = with_command(failed, session.heard if session else ())
        finally:
            if not keep:
                self.dismiss(host.name)
        seconds = time.monotonic() - began
        if context is None:
            assert error is not None  # noqa: S101 - without a context connecting has failed
            return _unreached(job, host, error, seconds)
        return outcome(host, context, found, error, seconds)

    def recover(self, context: Context) -> None:
        """Finish what can be finished of earlier runs, before the host is looked at."""
        if self.terms.recovery is not None and context.left:
            self.terms.recovery.before(context)

    def _carried_out(self, job: Job, context: Context) -> JobAnswer:
        """The job, and around it what earlier runs have left to be done."""
        recovery = self.terms.recovery
        if not job.changes or recovery is None or not context.left:
            return job.on(context)
        self.recover(context)
        try:
            found = job.on(context)
        except FtlabError as error:
            if not isinstance(error, Lost | CommandTimeout | HostdDown):
                try:
                    recovery.after(context)
                except HostError as failure:  # the job's own error is what was asked about
                    context.notes.append(f"nor was an earlier run's work finished: {failure}")
            raise
        recovery.after(context)
        return found

    def _rehearse(self, job: Job, context: Context, approved: Sequence[Change]) -> None:
        """Make the plan once more, before anything is done. Raises what keeps the job from having
        one, and ``Refused`` where it is not the approved one."""
        rehearsal = context.rehearsal()
        error: FtlabError | None = None
        try:
            self._carried_out(job, rehearsal)
        except FtlabError as failed:
            error = failed
        if error is not None and not rehearsal.changes:
            context.notes += rehearsal.notes
            context.absent += rehearsal.absent
            raise error
        refuse_other(approved, rehearsal.changes)

    def dismiss(self, name: str) -> None:
        """Close one host's session, if it is open."""
        with self._lock:
            session = self._open.pop(name, None)
        if session is not None:
            session.close()

    def close(self) -> None:
        for name in list(self._open):
            self.dismiss(name)


def _late(host: Host) -> Unreachable:
    return Unreachable(f"{host.name}: the run does not wait for this host any more", kind="lost")


@runtime_checkable
class ToldOfUnreached(Protocol):
    """A job that has facts about a host that it did not get to."""

    def unreached(self, error: FtlabError) -> Mapping[str, Any]: ...


def _unreached(job: Job, host: Host, error: FtlabError, seconds: float) -> Outcome:
    found = outcome_of_error(host, error, seconds)
    if not isinstance(job, ToldOfUnreached):
        return found
    return replace(found, facts={**found.facts, **job.unreached(error)})


def outcome(
    host: Host,
    context: Context,
    found: JobAnswer,
    error: FtlabError | None,
    seconds: float,
) -> Outcome:
    """One host's outcome: its changes count whether or not an error came after them."""
    internal: tuple[object, ...] = tuple(context.absent)
    if isinstance(found, Found):
        internal = (*internal, found.internal)
        found = found.facts
    merged = {**context.facts, **found}
    if context.notes or context.left:
        merged["notes"] = [*context.notes, *described(context.left)]
    changes = tuple(sorted(context.changes, key=rank_of))
    if error is None:
        return Outcome(host.name, _status(context), seconds, changes, merged, internal=internal)
    failed = outcome_of_error(host, error, seconds)
    notes = [*merged.get("notes", ()), *failed.facts.get("notes", ())]
    merged |= {"notes": notes} if notes else {}
    status = _status(context) if failed.status == "skipped" and changes else failed.status
    return Outcome(host.name, status, seconds, changes, merged, failed.error, internal)


_RANKS = {"advopt": 0, "setting": 1}


def rank_of(change: Change) -> tuple[int, str, str]:
    """Options first, other settings, then each VM's own in the order in which they were made."""
    return _RANKS.get(change.target, len(_RANKS)), change.vm or "", change.path or ""


def _status(context: Context) -> Status:
    if not context.changes:
        return "ok"
    return "would_change" if context.check else "changed"
