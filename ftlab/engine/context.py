"""What a job has in hand on one host: a session, its run, and the one way to make a change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from ftlab.engine.hosts.traits import HostTraits
from ftlab.engine.recorder import Recorder, Settled, Unrecorded
from ftlab.engine.terms.approval import refuse_unapproved
from ftlab.engine.unmatched import Absent
from ftlab.errors import (
    CommandTimeout,
    FtlabError,
    HostdDown,
    Lost,
    NotProven,
    ParseError,
    QuestionPending,
)
from ftlab.esxi import faults
from ftlab.esxi.host import version
from ftlab.frozen import mutable
from ftlab.model import Change, Command, Completed
from ftlab.session import Session

if TYPE_CHECKING:
    from ftlab.journal import JournalChange

Answers = tuple[tuple[str, str], ...]
"""Questions (``msg.uuid.altered``, or the number that ``vm.answer`` shows) and the choice that
each is to be answered with."""

_Numbered = tuple[int, Change]
"""A change and its number in the journal."""

T = TypeVar("T")

_UNKNOWN = Lost | CommandTimeout | HostdDown | QuestionPending
"""Errors after which a command may still take effect on the host."""


def _unseen(_what: str, _seconds: float) -> AbstractContextManager[None]:
    return nullcontext()


class NothingDone(Exception):
    """Raised by a ``prove`` that has seen that a step was declined, and changed nothing."""


@mutable
class Context:
    """One host of one run.

    ``check`` stops every change after its plan. ``sleep`` and ``clock`` are arguments so that
    waiting can be tested without waiting. ``waiting(what, seconds)`` is entered around a wait of
    so many seconds at most, for whoever looks on. ``traits`` are what was found out about the host.
    ``approved`` is the plan that somebody said yes to (``None``: nobody was asked). ``absent`` is
    what was asked for by name and is not here: see ``ftlab.engine.unmatched``. ``answers`` were
    given beforehand to the questions that a power-on may ask. ``left`` are changes of earlier runs
    that something is left of here (see ``ftlab.engine.terms.leftovers``), ``in_hand`` the VMs, by
    their VMX, that this run is about.
    """

    session: Session
    run: str = "adhoc"
    check: bool = False
    recorder: Recorder = field(default_factory=Unrecorded)
    say: Callable[[str], None] = lambda _line: None
    sleep: Callable[[float], None] = time.sleep
    waiting: Callable[[str, float], AbstractContextManager[None]] = _unseen
    clock: Callable[[], float] = time.monotonic
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    absent: list[Absent] = field(default_factory=list)
    traits: HostTraits = field(default_factory=HostTraits)
    approved: Sequence[Change] | None = None
    answers: Answers = ()
    left: list[JournalChange] = field(default_factory=list)
    in_hand: set[str] = field(default_factory=set)
    _version: version.Version | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rehearsal(self) -> Context:
        """The same host, to make a plan of what is about to be done there."""
        return Context(
            self.session,
            self.run,
            check=True,
            sleep=self.sleep,
            clock=self.clock,
            traits=self.traits,
            answers=self.answers,
            left=list(self.left),
        )

    def resolve(self, entries: Sequence[JournalChange], state: str | None = None) -> None:
        """Nothing is left of these changes of earlier runs; ``state`` is how far they came, where
        that is known by now."""
        gone = {entry.id for entry in entries}
        with self._lock:  # the pieces of one host's work run side by side
            self.left[:] = [entry for entry in self.left if entry.id not in gone]
        if self.check or not gone:
            return
        if state is not None:
            verified = state == "verified"
            self.recorder.settle(
                [(each.id, state, replace(each.change, verified=verified)) for each in entries]
            )
        self.recorder.resolve(sorted(gone))

    def resolve_power(self, path: str) -> None:
        """Whatever earlier runs meant to do to the power of a VM, by its VMX, is of the past."""
        self.resolve([e for e in self.left if (e.change.target, e.change.path) == ("power", path)])

    @contextmanager
    def over(self, session: Session) -> Iterator[None]:
        """Within, this host is talked to over ``session``, which stands on the one of before."""
        before, self.session = self.session, session
        try:
            yield
        finally:
            self.session = before

    @property
    def host(self) -> str:
        return self.session.host.name

    @property
    def version(self) -> version.Version:
        """The host's version, asked once, or by several threads at the same time each. Raises as
        ``read_version``."""
        if self._version is None:  # no cached_property: on Python 3.11 all hosts share its lock
            self._version = version.read_version(self.session.run(version.build_version()))
        return self._version

    def ask(self, command: Command) -> Completed:
        """Run one command; a failure that its text or status tells is raised."""
        return faults.check(self.session.run(command))

    def learn_version(self, done: Completed) -> None:
        """Take the host's version from this answer, if it has it."""
        if done.ok:
            with suppress(ParseError):
                self._version = version.parse_version(done.out)

    def carry_out(
        self,
        changes: Sequence[Change],
        do: Callable[[], T],
        prove: Callable[[T], Sequence[Any]],
        extra: Mapping[str, Any] = MappingProxyType({}),
        *,
        foreseen: bool = True,
    ) -> bool:
        """Journal ``changes``, ``do`` them, and let ``prove`` read each one's value back; it gets
        what ``do`` returned.

        In a ``--check`` run they are only noted down. Returns True where they were carried
        out. Raises ``NotProven`` where the host shows another value afterwards; a command whose
        end is not known leaves the journal at *intended*, since it may still take effect.
        Unless ``foreseen``, only the host knows the new value, and any that it shows is right.
        A step that ``prove`` calls declined (``NothingDone``) is no change.
        Raises ``Refused`` (kind ``plan.changed``), with nothing done, for what was not approved.
        """
        entries = self._begun(changes, extra)
        if not entries:
            return False
        try:
            done = self._done(entries, do)
        except FtlabError as error:
            error.point_to_rerun()
            raise
        try:
            values = prove(done)
        except NothingDone:
            same = [(i, replace(one, after=one.before, verified=True)) for i, one in entries]
            self.recorder.settle([(ident, "verified", one) for ident, one in same])
            return False
        except FtlabError:
            self._settle(entries, "applied")
            raise
        if not foreseen:
            pairs = zip(entries, values, strict=True)
            entries = [(ident, replace(change, after=value)) for (ident, change), value in pairs]
        self._proven(entries, values)
        return True

    def carry_out_unread(self, change: Change, do: Callable[[], Change]) -> None:
        """Journal a change whose effect nobody can read back, such as a command that a user typed,
        and ``do`` it; that returns the change as it came out. Ends at *applied*, never *verified*.
        Raises as :meth:`carry_out` does."""
        from ftlab.journal.leftovers import UNREAD

        if entries := self._begun([change], {UNREAD: True}):
            done = self._done(entries, do)
            self.changes.append(done)
            self.recorder.settle([(ident, "applied", done) for ident, _ in entries])

    def _begun(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[_Numbered]:
        """The changes with their numbers in the journal, which has their intent by now; none where
        there is nothing to do, or only to be noted down."""
        if self.check or not changes:
            self.changes.extend(changes)
            return []
        if self.approved is not None:
            refuse_unapproved(self.approved, self.changes, changes)
        return list(zip(self.recorder.intend(changes, extra), changes, strict=True))

    def _done(self, entries: Sequence[_Numbered], do: Callable[[], T]) -> T:
        """``do`` them. After an error they have *failed*, unless they may still take effect."""
        try:
            return do()
        except FtlabError as error:
            unknown = isinstance(error, _UNKNOWN) or error.leaves_in_doubt
            self._settle(entries, None if unknown else "failed")
            raise

    def _settle(self, entries: Sequence[_Numbered], state: str | None) -> None:
        """What was not proven; without a state nobody knows whether it was done."""
        done = [(ident, replace(change, verified=False)) for ident, change in entries]
        self.changes.extend(change for _, change in done)
        if state is not None:
            self.recorder.settle([(ident, state, change) for ident, change in done])

    def _proven(self, entries: Sequence[_Numbered], values: Sequence[Any]) -> None:
        settled: list[Settled] = []
        wrong: list[str] = []
        for (ident, change), value in zip(entries, values, strict=True):
            verified = value == change.after
            done = replace(change, verified=verified)
            settled.append((ident, "verified" if verified else "failed", done))
            if not verified:
                wrong.append(f"{change.key or change.path or change.target}: {value!r}")
        self.changes.extend(change for _, _, change in settled if change.before != change.after)
        self.recorder.settle(settled)
        if wrong:
            raise NotProven(
                f"the host does not show the new value: {', '.join(wrong)}",
                hint="read it again by hand; the journal holds the old values (ftlab lab.undo)",
            )
