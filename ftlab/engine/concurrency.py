"""Several pieces of work at a time: independent ones on one host, those that share hosts, and those
that wait for answers of one exec."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TypeVar

from ftlab.engine.context import Context
from ftlab.errors import FtlabError, NotApplicable
from ftlab.model import Command, Completed
from ftlab.session import Session

AT_ONCE = 4
"""A vESXi host has few cores, and each piece may itself ask three things at a time."""

T = TypeVar("T")


def few_at_a_time(context: Context, work: Sequence[Callable[[], T]]) -> list[T]:
    """The results, in order; the first error, in order, is raised and ends it."""
    done: list[T] = []
    for first in range(0, len(work), AT_ONCE):
        done += context.session.together(*work[first : first + AT_ONCE])
    return done


def do_each(context: Context, work: Sequence[Callable[[], object]]) -> None:
    """Do every piece, whatever becomes of the others; then raise what went wrong, as one."""
    ends = few_at_a_time(context, [partial(_caught, piece) for piece in work])
    errors = [error for error in ends if error is not None]
    if errors:
        raise joined(errors)


def _caught(piece: Callable[[], object]) -> FtlabError | None:
    try:
        piece()
    except FtlabError as error:
        return error
    return None


def joined(errors: Sequence[FtlabError]) -> FtlabError:
    """One error for several, at least one: all their words, and the kind and hint of the first
    that is more than a setting that does not apply."""
    gravest = next((e for e in errors if not isinstance(e, NotApplicable)), errors[0])
    return gravest.with_message("; ".join(e.message for e in errors)) if errors[1:] else gravest


class Exclusive:
    """A lock for each host. They are taken in one order by everybody, so nobody waits in a
    circle."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._locks = {host: threading.Lock() for host in sorted(set(hosts))}

    @contextmanager
    def on(self, *hosts: str) -> Iterator[None]:
        """Wait until these hosts are free, and hold them."""
        with ExitStack() as held:
            for host in sorted(set(hosts)):
                held.enter_context(self._locks[host])
            yield


class SharedExec:
    """Quick commands of one exec. One piece of work calls :meth:`run`, others :meth:`answer`, which
    need not wait for the commands after theirs.

    An exec costs host and controller more than one command more in it does; and no piece is later
    than with an exec of its own, where it waits for the earlier commands anyhow.
    """

    def __init__(
        self,
        session: Session,
        commands: Sequence[Command],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._commands, self._clock = session, commands, clock
        self._answers: list[Completed] = []
        self._times: list[float] = []
        self._changed = threading.Condition()
        self._over = False
        self._error: BaseException | None = None

    def run(self) -> None:
        """Run them all. What goes wrong is raised by :meth:`answer`, where it is in the way."""
        try:
            self._session.run_chain(self._commands, self._take)
        except BaseException as error:  # for whoever waits, too
            self._error = error
            if not isinstance(error, Exception):
                raise
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def _take(self, done: Completed) -> None:
        with self._changed:
            self._answers.append(done)
            self._times.append(self._clock())
            self._changed.notify_all()

    def seconds(self, index: int) -> float:
        """How long after the answer before it that of this number (from 1) was there; infinitely
        long where it never was."""
        if len(self._times) <= index:
            return math.inf
        return self._times[index] - self._times[index - 1]

    def answer(self, index: int) -> Completed | None:
        """The answer to the command of this number (from 0) once it is there; ``None`` where one
        before it went wrong. Raises what :meth:`Session.run_chain` did, if it did before."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or len(self._answers) > index)
            if len(self._answers) > index:
                return self._answers[index]
        if self._error is not None:
            raise self._error
        return None
