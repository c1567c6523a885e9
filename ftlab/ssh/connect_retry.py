"""Tries a server again that is too busy for another login: sshd drops logins beyond MaxStartups."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from ftlab.errors import Unreachable
from ftlab.ssh import connect_errors
from ftlab.ssh.deadline import Deadline

if TYPE_CHECKING:
    from tenacity import RetryCallState

FIRST_WAIT = 0.1  # seconds at most; doubled each time
LONGEST_WAIT = 2.0

BusyServer = Callable[[float], AbstractContextManager[None]]
"""Entered around each wait, with the seconds until nothing is tried any more."""

T = TypeVar("T")
Words = TypeVarTuple("Words")


def nobody_looks(_seconds: float) -> AbstractContextManager[None]:
    """A wait that is shown to nobody."""
    return nullcontext()


def retry_while_busy(
    deadline: Deadline,
    attempt: Callable[[*Words], T],
    *words: *Words,
    waiting: BusyServer = nobody_looks,
) -> T:
    """Call ``attempt`` until it is not dropped before the login begins, with growing and random
    waits. Nothing is tried again once a login has begun.

    :raises Unreachable: what an attempt raised; at the deadline, that it was dropped each time.
    """
    try:
        return attempt(*words)
    except Unreachable as error:
        if not connect_errors.worth_another_try(error):
            raise
        drop = error
    return _retry(drop, deadline, lambda: attempt(*words), waiting)


def _retry(
    drop: Unreachable, deadline: Deadline, attempt: Callable[[], T], waiting: BusyServer
) -> T:
    """The same after a first attempt that ended in ``drop``."""
    import tenacity  # most hosts open at once, and it is a thirtieth of what a short run costs

    made = [drop]
    dropped: list[Unreachable] = []

    def turn() -> T:
        if made:
            raise made.pop()
        return attempt()

    def note(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        dropped[:] = [error] if isinstance(error, Unreachable) else []

    def pause(seconds: float) -> None:
        with waiting(deadline.left):
            time.sleep(seconds)

    again = tenacity.Retrying(
        sleep=pause,
        retry=tenacity.retry_if_exception(connect_errors.worth_another_try),
        wait=tenacity.wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT),
        stop=lambda state: state.upcoming_sleep >= deadline.left,
        before_sleep=note,
        reraise=True,
    )
    try:
        return again(turn)
    except Unreachable as error:
        if dropped and error.kind == connect_errors.TIMEOUT:
            raise dropped[0] from error
        raise
