"""Retry policies: how often, how long in between, and when to stop. No test really waits."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.retry import SECONDARY, Policy, Time


class FakeTime:
    """A clock that only sleeping moves, and dice that always show the same."""

    def __init__(self, dice: float = 0.0) -> None:
        self.now = 100.0
        self.slept: list[float] = []
        self.by = Time(clock=lambda: self.now, sleep=self._sleep, dice=lambda: dice)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Flaky:
    """Is down as often as told, then up."""

    def __init__(self, failures: int) -> None:
        self.failures, self.calls = failures, 0

    def __call__(self) -> str:
        self.calls += 1
        return f"down {self.calls}" if self.calls <= self.failures else "up"


def down(result: str) -> bool:
    return result.startswith("down")


def test_waits_double_and_the_answer_comes_through() -> None:
    time, work = FakeTime(), Flaky(4)
    assert Policy().retrying(again=down, by=time.by)(work) == "up"
    assert time.slept == [1, 2, 4, 8]


def test_jitter_only_lengthens_and_by_its_fraction() -> None:
    time = FakeTime(dice=0.5)
    Policy(jitter=0.5).retrying(again=down, by=time.by)(Flaky(2))
    assert time.slept == [1.25, 2.5]


def test_after_a_change_the_wait_is_the_first_one_again() -> None:
    time, work = FakeTime(), Flaky(4)
    Policy().retrying(again=down, anew=lambda result: result == "down 3", by=time.by)(work)
    assert time.slept == [1, 2, 1, 8]


def test_the_last_result_is_returned_when_attempts_are_used_up() -> None:
    time, work = FakeTime(), Flaky(99)
    assert Policy(attempts=3).retrying(again=down, by=time.by)(work) == "down 3"
    assert work.calls == 3
    assert time.slept == [1, 2]


def test_a_lasting_result_is_not_tried_again() -> None:
    time, work = FakeTime(), Flaky(1)
    retrying = Policy().retrying(again=lambda result: result == "another", by=time.by)
    assert retrying(work) == "down 1"
    assert (work.calls, time.slept) == (1, [])


def test_what_an_attempt_raises_ends_it() -> None:
    time = FakeTime()

    def breaks() -> str:
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone"):
        Policy().retrying(again=down, by=time.by)(breaks)
    assert time.slept == []


def test_no_wait_that_would_pass_the_deadline_is_begun() -> None:
    time, work = FakeTime(), Flaky(99)
    assert Policy(attempts=50, deadline=10).retrying(again=down, by=time.by)(work) == "down 4"
    assert time.slept == [1, 2, 4]  # 8 more would end at 15 s


def test_each_wait_is_told_with_its_attempt_and_result() -> None:
    time = FakeTime()
    told: list[tuple[int, float, str]] = []
    Policy().retrying(again=down, on_retry=lambda *words: told.append(words), by=time.by)(Flaky(2))
    assert told == [(1, 1, "down 1"), (2, 2, "down 2")]


def test_a_policy_can_be_used_for_many_pieces_of_work() -> None:
    policy = Policy(attempts=2, deadline=5)
    for _ in range(3):
        time = FakeTime()
        assert policy.retrying(again=down, by=time.by)(Flaky(1)) == "up"


def test_the_ready_policy_keeps_its_promises() -> None:
    assert SECONDARY.attempts == 5
    assert SECONDARY.wait(1, 0.0) == 1.0
    assert sum(SECONDARY.wait(attempt, 1.0) for attempt in range(1, 5)) < 30


@given(
    attempts=st.integers(1, 200),
    first=st.floats(0, 100),
    longest=st.floats(0, 1000),
    jitter=st.floats(0, 1),
    dice=st.floats(0, 1, exclude_max=True),
)
def test_waits_never_shrink_and_never_pass_their_cap(
    attempts: int, first: float, longest: float, jitter: float, dice: float
) -> None:
    policy = Policy(attempts, first, longest, jitter)
    waits = [policy.wait(n, dice) for n in range(1, attempts + 1)]
    assert all(0 <= wait <= longest for wait in waits)
    assert all(one <= two for one, two in itertools.pairwise(waits))


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"first_wait": -1}, {"jitter": 1.5}])
def test_a_policy_without_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"policy|jitter"):
        Policy(**wrong)  # type: ignore[arg-type]
