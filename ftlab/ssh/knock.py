"""Knocks again at a server that is too busy to open: sshd drops logins beyond MaxStartups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import tenacity

from ftlab.errors import Unreachable
from ftlab.ssh import faults
from ftlab.ssh.deadline import Deadline

WAIT = tenacity.wait_random_exponential(multiplier=0.1, max=2.0)

T = TypeVar("T")
Words = TypeVarTuple("Words")


def knock(deadline: Deadline, attempt: Callable[[*Words], T], *words: *Words) -> T:
    """Call ``attempt`` until it is not dropped before the login begins, with growing and random
    waits. Nothing is tried again once a login has begun.

    :raises Unreachable: what an attempt raised; at the deadline, that it was dropped each time.
    """
    dropped: list[Unreachable] = []

    def note(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        dropped[:] = [error] if isinstance(error, Unreachable) else []

    again = tenacity.Retrying(
        retry=tenacity.retry_if_exception(faults.worth_another_try),
        wait=WAIT,
        stop=lambda state: state.upcoming_sleep >= deadline.left,
        before_sleep=note,
        reraise=True,
    )
    try:
        return again(attempt, *words)
    except Unreachable as error:
        if dropped and error.kind == faults.TIMEOUT:
            raise dropped[0] from error
        raise
