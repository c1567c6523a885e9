"""What each host was busy with and waited for: of threads, of workers, and out of the journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ftlab.engine.hosts.timeline import OTHERS, PLACE, START, Timeline
from ftlab.errors import StateError
from ftlab.journal import Journal, RunInfo
from ftlab.model import HostStep, Outcome


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def at(clock: Clock) -> Callable[[float], None]:
    """So many seconds after the run began."""

    def go(seconds: float) -> None:
        clock.now = 100.0 + seconds

    return go


def test_steps_follow_each_other_from_the_beginning_of_the_run(clock, at) -> None:
    line = Timeline(clock)
    at(2)
    line.opened()
    at(5)
    line.working("a", "connecting")
    at(6)
    line.working("a", "get.config")
    at(6.5)
    line.working("a", "get.config")
    at(9)
    line.ended("a")
    at(20)
    assert line.of("a") == (
        HostStep(0.0, 2.0, START),
        HostStep(2.0, 3.0, PLACE),
        HostStep(5.0, 1.0, "connecting"),
        HostStep(6.0, 3.0, "get.config"),
    )


def test_between_two_steps_a_host_waits_for_the_others(clock, at) -> None:
    line = Timeline(clock)
    line.working("a", "connecting")
    at(1)
    line.heard(Outcome("a", "ok", 1.0))
    line.heard(Outcome("a", "ok", 1.0))
    at(4)
    line.working("a", "power.on")
    at(5)
    line.ended("a")
    assert line.of("a") == (
        HostStep(0.0, 1.0, "connecting"),
        HostStep(1.0, 3.0, OTHERS),
        HostStep(4.0, 1.0, "power.on"),
    )


def test_what_is_under_way_lasts_until_now(clock, at) -> None:
    line = Timeline(clock)
    line.working("a", "connecting")
    at(7)
    assert line.of("a") == (HostStep(0.0, 7.0, "connecting"),)
    assert line.of("never begun") == (HostStep(0.0, 7.0, PLACE),)


def test_a_moment_is_no_wait(clock, at) -> None:
    line = Timeline(clock)
    at(0.04)
    line.opened()
    at(0.08)
    line.working("a", "connecting")
    at(1)
    line.ended("a")
    assert [step.what for step in line.of("a")] == ["connecting"]


def test_a_workers_steps_end_when_its_outcome_comes(clock, at) -> None:
    """Its clock is another one, and so is the beginning of its own run."""
    far = Clock()
    far.now = 7000.0
    there, here = Timeline(far), Timeline(clock)
    far.now = 7050.0
    there.working("a", "connecting")
    far.now = 7051.0
    there.working("a", "get.config")
    far.now = 7053.0
    worked = there.taken("a")
    assert worked.steps == (HostStep(0.0, 1.0, "connecting"), HostStep(1.0, 2.0, "get.config"))
    at(10)
    outcome = Outcome("a", "ok", 3.0, internal=(worked,))
    here.heard(outcome)
    here.heard(outcome)
    assert here.of("a") == (
        HostStep(0.0, 7.0, PLACE),
        HostStep(7.0, 1.0, "connecting"),
        HostStep(8.0, 2.0, "get.config"),
    )


def test_a_host_of_very_many_steps_is_bounded(clock, at) -> None:
    line = Timeline(clock)
    for number in range(2000):
        at(number)
        line.working("a", f"step {number}")
    at(3000)
    line.ended("a")
    steps = line.of("a")
    assert len(steps) <= 400
    assert steps[-1].at + steps[-1].seconds == 3000


def test_somebody_else_is_told_too(clock) -> None:
    told: list[tuple[str, str]] = []
    line = Timeline(clock, also=lambda host, what: told.append((host, what)))
    line.working("a", "connecting")
    assert told == [("a", "connecting")]


RUN = RunInfo("r1", "lab.apply", {}, "2026-01-01T03:04:05Z", "/lab", "ann", "box", "0.1.0", ("a",))
STEPS = (HostStep(0.0, 1.5, "connecting"), HostStep(1.5, 0.25, "get.config"))


def test_the_journal_keeps_them(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        journal.begin(RUN)
        assert journal.outcomes("r1")[0].steps == ()
        journal.host_done("r1", Outcome("a", "ok", 1.75), STEPS)
        assert journal.outcomes("r1")[0].steps == STEPS


def test_damaged_steps_are_a_damaged_row(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        journal.begin(RUN)
        journal._database.write("UPDATE hosts SET steps = '[[1, 2]]'")
        with pytest.raises(StateError, match="row of a in the table hosts"):
            journal.outcomes("r1")
