"""How long a run takes: the whole ladder within 30 s on hosts that answer at once, and no remedy
that nobody gets to try."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from direct_session import DirectSession
from test_vft_switch import Complains, failing, sent
from vft_bench import Bench, Lapse, make_bench, set_option

from ftlab.errors import HostFailed
from ftlab.model import Command, Completed
from ftlab.retry import LONGEST_LOOK, WaitBudget
from ftlab.sim import Fault, SimLab
from ftlab.sim.ft.spec import STREAM_OPTION

STREAM = "/Migrate/VMotionStreamDisable"
EXEC = 0.1  # seconds of one exec on a host that answers at once


class Busy(DirectSession):
    """Every exec takes its time; those asked together take it together."""

    inside = 0

    def run(self, command: Command) -> Completed:
        if not Busy.inside:
            self._pass(EXEC)
        return super().run(command)

    def _pass(self, seconds: float) -> None:
        self.model.lab.clock.now += seconds  # type: ignore[attr-defined]

    def run_all(self, commands: Any) -> list[Completed]:
        return self.together(*((lambda one=one: self.run(one)) for one in commands))

    def run_chain(self, commands: Any, heard: Any = None) -> list[Completed]:
        return [self.together(lambda: super(Busy, self).run_chain(commands, heard))][0][0]

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        """The longest of them counts; two execs (a stat, then a tail) at the most."""
        if Busy.inside or not work:
            return super().together(*work)
        self._pass(2 * EXEC)
        Busy.inside += 1
        try:
            return super().together(*work)
        finally:
            Busy.inside -= 1


class BusyComplains(Busy, Complains):
    pass


def refused(fault: bytes) -> Callable[[SimLab], None]:
    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.on", times=None, what="lie", stdout=fault)
        )

    return prepare


def seconds(bench: Bench) -> float:
    began = bench.time.now
    with suppress(HostFailed):
        bench.pair_run.run()
    return bench.time.now - began


@pytest.mark.parametrize("dice", [0.0, 0.999])
@pytest.mark.parametrize(
    ("failure", "session"),
    [
        ("never-running", Busy),
        ("never-running", BusyComplains),
        ("keepalive", Busy),
        ("busy", Busy),
    ],
)
def test_the_ladder_ends_in_time_where_every_exec_takes_a_tenth(
    tmp_path: Path, failure: str, session: Any, dice: float
) -> None:
    def at_one(lab: SimLab) -> None:
        for host in lab.hosts.values():
            set_option(host, STREAM_OPTION, "1")

    bench = make_bench(
        tmp_path, failure=failure, cure=None, session=session, dice=lambda: dice, prepare=at_one
    )
    assert seconds(bench) < 30
    if failure == "keepalive" or session is BusyComplains:
        assert sent(bench, "power.on") == 3
    assert bench.stream() == ["1", "1"]


def test_a_slow_host_does_not_use_up_the_patience() -> None:
    time = Lapse()
    budget = WaitBudget(25, time.sleep, time)
    budget.look(lambda: time.sleep(60))
    assert budget.spent == LONGEST_LOOK
    budget.rest(-1)
    assert budget.spent == LONGEST_LOOK


def test_a_remedy_is_not_set_without_an_attempt_to_try_it(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, cure=1, attempts=1)
    error = failing(bench)
    assert not any(target == "advopt" for _, target, *_ in bench.changes)
    assert "no remedy was tried" in error.message
    assert f"{STREAM} = 1" in error.hint
    assert "--attempts" in error.hint
    assert bench.pair_run.log.made[0].remedy is None


def test_nor_without_the_time_for_one(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, cure=1, wait=1.2)
    error = failing(bench)
    assert not any(target == "advopt" for _, target, *_ in bench.changes)
    assert "--wait" in error.hint


def test_at_the_ladders_end_no_more_attempts_are_asked_for(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, cure=None, attempts=2)
    assert "CPU" in failing(bench).hint
    assert sent(bench, "power.on") == 2


def test_after_a_remedy_the_wait_is_the_first_one_again(tmp_path: Path) -> None:
    class Changes(DirectSession):
        """Short of memory twice, then the keepalive line."""

        def run(self, command: Command) -> Completed:
            pair = self.model.lab.pairs[0]
            if "vmsvc/power.on" in command.argv and pair.failure == "low-memory":
                Changes.left -= 1
                if Changes.left < 0:
                    pair.failure = "keepalive"
            return super().run(command)

        left = 2

    bench = make_bench(tmp_path, failure="low-memory", cure=1, session=Changes)
    bench.pair_run.run()
    assert bench.causes == [*["destination-low-memory"] * 2, "stream-keepalive", None]
    assert [nap for nap in bench.time.naps if nap >= 1] == [1, 2, 1]
