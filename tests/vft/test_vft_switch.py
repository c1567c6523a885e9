"""What a run does to the power of a secondary that is on without running, and what it says of
it: only what it powered on itself goes off, only for another attempt, and never in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from direct_session import DirectSession
from vft_bench import Bench, make_bench

from ftlab.engine.recorder import Settled
from ftlab.errors import CommandTimeout, HostFailed, Lost
from ftlab.model import Change, Command, Completed
from ftlab.sim import Fault, SimLab

KEEPALIVE = "vob.vmotion.stream.keepalive.read.fail: failed to read stream keepalive"


def failing(bench: Bench) -> HostFailed:
    with pytest.raises(HostFailed) as caught:
        bench.pair_run.run()
    return caught.value


def sent(bench: Bench, verb: str) -> int:
    wanted = ("vim-cmd", f"vmsvc/{verb}", str(bench.pair.secondary.vmid))
    return bench.pair.secondary_host.commands.count(wanted)


def power(bench: Bench) -> list[tuple[Any, Any, bool | None]]:
    return [(b, a, v) for _, target, b, a, v in bench.changes if target == "power"]


class Complains(DirectSession):
    """Every power-on is accepted, and a keepalive line follows; the secondary stays at
    *starting*."""

    def run(self, command: Command) -> Completed:
        done = super().run(command)
        if "vmsvc/power.on" in command.argv:
            self.model.vms.log(self.model.lab.pairs[0].secondary, KEEPALIVE)
        return done


def started(lab: SimLab) -> None:
    lab.pairs[0].start_secondary()


def test_a_secondary_that_was_on_is_left_on(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="never-running", prepare=started)
    error = failing(bench)
    assert (sent(bench, "power.on"), sent(bench, "power.off")) == (0, 0)
    assert bench.pair.secondary.power == "poweredOn"
    assert error.kind == "vft.vcenter"
    assert "vCenter has powered it on, but it never ran" in error.message
    assert "the wait of 25 s is over" in error.message
    assert "left powered on" in error.message
    assert "as it was before this run" in bench.notes
    assert power(bench) == []


def test_a_secondary_that_was_on_gets_the_remedy_too(tmp_path: Path) -> None:
    class Once(DirectSession):
        """The keepalive line of the start that is under way comes at the third look."""

        looks = 0

        def run(self, command: Command) -> Completed:
            if "vmsvc/get.runtime" in command.argv:
                Once.looks += 1
                if Once.looks == 6:
                    self.model.vms.log(self.model.lab.pairs[0].secondary, KEEPALIVE)
            return super().run(command)

    bench = make_bench(tmp_path, failure="never-running", prepare=started, session=Once)
    error = failing(bench)
    assert error.kind == "vft.vcenter"
    assert "/Migrate/VMotionStreamDisable = 1 (which stays for its next start)" in error.message
    assert "Resume Fault Tolerance" in error.hint
    assert bench.stream() == ["1", "1"]
    assert (sent(bench, "power.on"), sent(bench, "power.off")) == (0, 0)
    assert bench.pair.secondary.power == "poweredOn"


def test_one_that_falls_while_it_is_watched_is_powered_on(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, cure=1, fails="late", prepare=started)
    bench.pair_run.run()
    assert sent(bench, "power.on") == 1
    assert ("off", "on", True) in power(bench)


def test_a_slow_lab_is_left_as_it_is_at_the_end_of_the_wait(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure=None, start_seconds=40)
    error = failing(bench)
    assert sent(bench, "power.off") == 0
    assert bench.pair.secondary.power == "poweredOn"
    assert "the wait of 25 s is over; it is left powered on" in error.message
    assert "vm.power-off" in bench.notes
    assert power(bench) == [("off", "on", True)]


def test_every_power_off_for_another_attempt_is_reported(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="never-running", session=Complains)
    failing(bench)
    assert (sent(bench, "power.on"), sent(bench, "power.off")) == (2, 1)
    assert power(bench) == [("off", "on", True), ("on", "off", True), ("off", "on", True)]
    assert bench.pair.secondary.power == "poweredOn"
    assert bench.stream() == ["0", "0"]


def test_what_runs_after_all_is_not_powered_off(tmp_path: Path) -> None:
    """The logs name a failure, and then the secondary comes up while a remedy is waited for."""
    bench = make_bench(tmp_path, failure=None, start_seconds=4.0, session=Complains)
    bench.pair_run.run()
    assert (sent(bench, "power.on"), sent(bench, "power.off")) == (1, 0)
    assert power(bench) == [("off", "on", True)]


def test_a_power_on_that_was_refused_several_times_is_one_change(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="low-memory")
    failing(bench)
    assert power(bench) == [("off", "on", False)]


def test_a_power_on_whose_answer_was_lost_is_proved_later(tmp_path: Path) -> None:
    class Cut(DirectSession):
        def run(self, command: Command) -> Completed:
            done = super().run(command)
            if "vmsvc/power.on" in command.argv:
                self.lives = 0
                raise Lost("the connection died", in_flight=[str(command)])
            return done

    def redial(context: Any) -> None:
        context.session = DirectSession(context.session.model)

    bench = make_bench(tmp_path, failure=None, session=Cut, reconnect=redial)
    bench.pair_run.run()
    assert sent(bench, "power.on") == 1
    assert power(bench) == [("off", "on", True)]


def test_one_that_cannot_be_powered_off_is_said_so(tmp_path: Path) -> None:
    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.off", times=None, what="lie", stdout=b"Powering off VM:\n")
        )

    bench = make_bench(tmp_path, failure="never-running", session=Complains, prepare=prepare)
    assert "is not off" in failing(bench).message
    assert sent(bench, "power.on") == 1
    assert "could not be powered off" in bench.pair_run.log.made[1].result


def test_a_state_that_forbids_the_power_on_is_no_passing_one(tmp_path: Path) -> None:
    fault = (
        b'(vim.fault.InvalidPowerState) {\n   msg = "no", \n   requestedState = "poweredOn"\n}\n'
    )

    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.on", times=None, what="lie", stdout=fault)
        )

    bench = make_bench(tmp_path, failure=None, prepare=prepare)
    assert failing(bench).kind == "fault.InvalidPowerState"
    assert sent(bench, "power.on") == 1


class HostdDies(DirectSession):
    """hostd answers the power-on, and nothing after it."""

    dead = False

    def run(self, command: Command) -> Completed:
        if self.dead and command.argv[0] == "vim-cmd":
            return Completed(command, 1, b"", b"Failed to login: Connection reset by peer\n")
        done = super().run(command)
        self.dead = self.dead or "vmsvc/power.on" in command.argv
        return done


class Ledger:
    """A recorder that remembers each change's state."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def intend(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[int]:
        self.states += ["intended"] * len(changes)
        return list(range(len(self.states) - len(changes), len(self.states)))

    def settle(self, entries: Sequence[Settled]) -> None:
        for ident, state, _ in entries:
            self.states[ident] = state


def test_a_power_on_that_no_state_was_read_after_is_not_said_to_have_failed(
    tmp_path: Path,
) -> None:
    bench = make_bench(tmp_path, failure=None, session=HostdDies)
    bench.contexts[1].recorder = ledger = Ledger()
    error = failing(bench)
    assert error.kind == "hostd.down"
    assert "was not seen running after 5 attempts" in error.message
    assert bench.pair.secondary.power == "poweredOn"
    assert ledger.states == ["applied"]
    assert power(bench) == [("off", "on", False)]


def test_a_power_on_that_may_still_be_running_is_not_said_to_have_failed(tmp_path: Path) -> None:
    class Slow(DirectSession):
        def run(self, command: Command) -> Completed:
            if "vmsvc/power.on" in command.argv:
                raise CommandTimeout("it did not end within 3 s")
            return super().run(command)

    bench = make_bench(tmp_path, failure=None, session=Slow, attempts=1)
    bench.contexts[1].recorder = ledger = Ledger()
    assert failing(bench).kind == "command.timeout"
    assert ledger.states == ["applied"]
    assert power(bench) == [("off", "on", False)]


def test_an_answer_that_ends_the_run_is_told_with_the_attempt_and_the_name(tmp_path: Path) -> None:
    class Unregistered(DirectSession):
        gone = False

        def run(self, command: Command) -> Completed:
            if self.gone and "vmsvc/get.runtime" in command.argv:
                fault = b'(vim.fault.NotFound) {\n   msg = "no such VM", \n}\n'
                return Completed(command, 1, fault, b"")
            self.gone = self.gone or "vmsvc/power.on" in command.argv
            return super().run(command)

    bench = make_bench(tmp_path, failure=None, session=Unregistered)
    error = failing(bench)
    assert (error.kind, error.message[:8]) == ("fault.NotFound", "VM db01:")
    assert [one.result for one in bench.pair_run.log.made] == ["NotFound: no such VM"]


def test_a_loss_after_an_attempt_is_in_the_notes(tmp_path: Path) -> None:
    class CutAtSet(DirectSession):
        def run(self, command: Command) -> Completed:
            if "set" in command.argv:
                raise Lost("the connection died", in_flight=[str(command)])
            return super().run(command)

    bench = make_bench(tmp_path, cure=1, session=CutAtSet, reconnect=lambda _context: None)
    failing(bench)
    assert "after attempt 1: the connection to a host of the pair was lost" in bench.notes
