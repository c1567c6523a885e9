"""Retry policies as values over tenacity. The clock, the sleep and the dice are arguments,
so that a test of a policy never waits and never depends on luck."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ftlab.frozen import frozen

if TYPE_CHECKING:
    from tenacity import RetryCallState

Result = TypeVar("Result")
OnRetry = Callable[[int, float, Result], None]
"""Told of the attempt's number, the seconds until the next one, and what it came to."""


@frozen(slots=True)
class Time:
    """Where a policy gets its time and its dice: seconds, seconds, and a number in [0, 1)."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.random


REAL_TIME = Time()


@frozen(slots=True)
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
        again: Callable[[Result], bool],
        anew: Callable[[Result], bool] = lambda _result: False,
        on_retry: OnRetry[Result] | None = None,
        by: Time = REAL_TIME,
    ) -> Callable[[Callable[[], Result]], Result]:
        """A tenacity ``Retrying`` for one piece of work that returns what it came to.

        ``again`` tells a result after which another attempt may help; after one that is ``anew``,
        something has been changed, and the wait is the first one again. ``on_retry(attempt, wait,
        result)`` is told before each wait. The deadline counts from this very call. When the
        attempts are used up, or the next wait would pass the deadline, the last result is
        returned. What an attempt raises ends it.
        """
        import tenacity

        used_up = tenacity.stop_after_attempt(self.attempts)
        ends = None if self.deadline is None else by.clock() + self.deadline

        def is_late(state: RetryCallState) -> bool:
            return ends is not None and by.clock() + state.upcoming_sleep >= ends

        def tell(state: RetryCallState) -> None:
            if on_retry is not None:
                on_retry(state.attempt_number, state.upcoming_sleep, _result(state))

        return tenacity.Retrying(
            sleep=by.sleep,
            wait=lambda state: self.wait(
                1 if anew(_result(state)) else state.attempt_number, by.dice()
            ),
            stop=lambda state: used_up(state) or is_late(state),
            retry=tenacity.retry_if_result(again),
            before_sleep=tell,
            retry_error_callback=_result,
        )


def _result(state: RetryCallState) -> Any:
    """What the attempt that has just ended returned."""
    assert state.outcome is not None  # noqa: S101 - tenacity waits and stops after an attempt only
    return state.outcome.result()


#: Powering on a secondary: five attempts, waits of 1, 2, 4 and 8 s and up to a quarter more.
SECONDARY = Policy(jitter=0.25)

LONGEST_LOOK = 2.0
"""Seconds that one look counts at the most: more than hosts take that answer at once, and little
enough to leave a slow host's VM its time."""


@dataclass
class WaitBudget:
    """How long one piece of work may wait in all, its looks at the host included: ``limit`` and
    ``spent`` in seconds.

    Waiting counts, and so do the looks in between, up to :data:`LONGEST_LOOK` each; other
    commands do not: a slow host does not use up the time that its VM needs. ``sleep`` and
    ``clock`` are arguments so that a test need not wait.
    """

    limit: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    spent: float = 0.0

    @property
    def over(self) -> bool:
        return self.spent >= self.limit

    @property
    def left(self) -> float:
        return max(0.0, self.limit - self.spent)

    def rest(self, seconds: float) -> None:
        """Wait; not at all for 0 seconds or less."""
        if seconds > 0:
            self.spent += seconds
            self.sleep(seconds)

    def look(self, work: Callable[[], Result]) -> Result:
        """Do some looking, whose time counts."""
        began = self.clock()
        try:
            return work()
        finally:
            self.spent += min(self.clock() - began, LONGEST_LOOK)
