"""Retry policies as values over tenacity. The clock, the sleep and the dice are arguments,
so that a test of a policy never waits and never depends on luck."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenacity import RetryCallState, Retrying

OnRetry = Callable[[int, float, BaseException], None]
Judgement = Callable[[BaseException], bool]


@dataclass(frozen=True, slots=True)
class Time:
    """Where a policy gets its time and its dice: seconds, seconds, and a number in [0, 1)."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.random


REAL_TIME = Time()


@dataclass(frozen=True, slots=True)
class Policy:
    """How often to try, and how long to wait in between.

    The wait after attempt *n* is ``first_wait * 2**(n-1)`` seconds, lengthened at random by up
    to the fraction ``jitter`` (0 to 1) so that a fleet does not retry all at once, and never more
    than ``longest_wait``. No attempt begins after ``deadline`` seconds (``None``: no limit).
    """

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 30.0
    jitter: float = 0.5
    deadline: float | None = None

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first_wait < 0 or self.longest_wait < 0:
            raise ValueError("a policy needs one attempt or more, and waits of 0 s or more")
        if not 0 <= self.jitter <= 1:
            raise ValueError("jitter is a fraction from 0 to 1")

    def wait(self, attempt: int, dice: float) -> float:
        """Seconds to wait after failed attempt number ``attempt`` (from 1); ``dice`` in [0, 1)."""
        doublings = min(attempt - 1, 60)  # beyond this every cap is long reached
        stretched = self.first_wait * 2.0**doublings * (1 + self.jitter * dice)
        return min(stretched, self.longest_wait)

    def retrying(
        self,
        *,
        retry_on: Judgement,
        anew: Judgement = lambda _error: False,
        on_retry: OnRetry | None = None,
        by: Time = REAL_TIME,
    ) -> Retrying:
        """A tenacity ``Retrying`` for one piece of work: call it, or iterate over its attempts.

        ``retry_on`` tells a transient error from a lasting one; after one that is ``anew``,
        something has been changed, and the wait is the first one again. ``on_retry(attempt,
        wait, error)`` is told before each wait. The deadline counts from this very call. When the
        attempts are used up, or the next wait would pass the deadline, the last error itself is
        raised, not a wrapper.
        """
        import tenacity

        ends = None if self.deadline is None else by.clock() + self.deadline
        return tenacity.Retrying(
            sleep=by.sleep,
            wait=lambda state: self.wait(
                1 if anew(_error(state)) else state.attempt_number, by.dice()
            ),
            stop=lambda state: self._is_over(state, ends, by.clock),
            retry=tenacity.retry_if_exception(retry_on),
            before_sleep=_before_sleep(on_retry),
            reraise=True,
        )

    def _is_over(
        self, state: RetryCallState, ends: float | None, clock: Callable[[], float]
    ) -> bool:
        if state.attempt_number >= self.attempts:
            return True
        return ends is not None and clock() + state.upcoming_sleep >= ends


def _error(state: RetryCallState) -> BaseException:
    """What the attempt that has just failed raised."""
    error = state.outcome.exception() if state.outcome else None
    assert error is not None  # noqa: S101 - tenacity waits after errors only, as it is set up here
    return error


def _before_sleep(on_retry: OnRetry | None) -> Callable[[RetryCallState], None] | None:
    if on_retry is None:
        return None

    def report(state: RetryCallState) -> None:
        on_retry(state.attempt_number, state.upcoming_sleep, _error(state))

    return report


#: Powering on a secondary: five attempts, waits of 1, 2, 4 and 8 s and up to a quarter more.
SECONDARY = Policy(jitter=0.25)
