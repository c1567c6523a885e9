"""``lab.undo`` of runs with several steps on one setting, and of runs that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nightly_lab import STREAM, Nightly, the_lab

from ftlab.engine.context import Context
from ftlab.engine.report import Report, exit_code
from ftlab.errors import CommandFailed
from ftlab.journal import Journal, RunInfo
from ftlab.model import Change
from ftlab.ops import advopt
from ftlab.ops.profiles import fleet
from ftlab.ops.profiles.pruning import Keep
from ftlab.ops.undo.fleet import undo_run
from ftlab.ops.vms import power
from ftlab.ops.vms import power_on as starting
from ftlab.ops.vms.listing import find_vms
from ftlab.ops.vmx import edit
from ftlab.ops.vmx.state import read_state
from ftlab.sim import Fault


@pytest.fixture
def lab() -> Iterator[Nightly]:
    with the_lab() as opened:
        yield opened


@dataclass(frozen=True)
class Doing:
    """A job made of any work."""

    work: Callable[[Context], object]
    changes = True

    def on(self, context: Context) -> Mapping[str, Any]:
        self.work(context)
        return {}


def options(*values: int) -> Doing:
    """The option set to each value in turn, as a remedy is that is taken back."""

    def work(context: Context) -> None:
        for value in values:
            advopt.write_option(context, advopt.read_option(context, STREAM), value)

    return Doing(work)


def power_on_in_vain(context: Context) -> None:
    """The VM is off again when the run gives up."""
    [vm] = find_vms(context, ("app01",))
    change = Change("power", "off", "on", path=vm.path, vm=vm.name, vmid=vm.vmid)

    def fail() -> None:
        raise CommandFailed("it does not come up")

    context.carry_out([change], do=fail, prove=lambda _: ["off"])


def power_on(context: Context) -> None:
    starting.power_on(context, find_vms(context, ("app01",))[0])


def done(lab: Nightly, job: Doing) -> str:
    return lab.run("some.task", job).run


def undone(lab: Nightly, run: str, *, force: bool = False) -> Report:
    lab.sim.commands.clear()
    return undo_run(lab, run, force=force)


def sent(lab: Nightly) -> list[tuple[str, ...]]:
    words = {"set", "vmsvc/power.on", "vmsvc/power.off", "mv"}
    return [argv for argv in lab.sim.commands if words & set(argv)]


def states(lab: Nightly, run: str) -> list[str]:
    with lab.open_journal() as journal:
        return [entry.state for entry in journal.changes(run)]


@pytest.mark.parametrize("since", [None, 1])
@pytest.mark.parametrize("force", [False, True])
def test_what_the_run_itself_has_put_back_is_not_touched(
    lab: Nightly, since: int | None, force: bool
) -> None:
    run = done(lab, options(1, 0))
    if since is not None:
        done(lab, options(since))
    report = undone(lab, run, force=force)
    assert (exit_code(report), sent(lab)) == (0, [])
    assert lab.option == str(since or 0)
    assert states(lab, run) == ["undone", "undone"]


def test_several_steps_go_back_in_one(lab: Nightly) -> None:
    run = done(lab, options(1, 0, 1))
    [outcome] = undone(lab, run).outcomes
    assert [(c.before, c.after) for c in outcome.changes] == [(1, 0)]
    assert lab.option == "0"


def remedy_left_behind(lab: Nightly) -> str:
    """A run that set the option and could not put it back."""
    busy = Fault("esxcli system settings advanced set", skip=1, exit=1, stderr=b"busy\n")
    lab.sim.faults.append(busy)
    return done(lab, options(1, 0))


def test_what_it_meant_to_put_back_and_could_not_is_put_back(lab: Nightly) -> None:
    run = remedy_left_behind(lab)
    assert lab.option == "1"
    assert exit_code(undone(lab, run)) == 0
    assert lab.option == "0"


def test_and_not_if_a_later_run_has_found_it_put_back(lab: Nightly) -> None:
    run = remedy_left_behind(lab)
    lab.set_option_by_hand("0")
    done(lab, options(1))
    report = undone(lab, run)
    assert (exit_code(report), sent(lab), lab.option) == (5, [], "1")


@pytest.mark.parametrize("by", ["a later run", "hand"])
def test_a_vm_that_came_up_only_after_the_run_had_failed_stays_on(lab: Nightly, by: str) -> None:
    failed = done(lab, Doing(power_on_in_vain))
    assert exit_code(undo_run(lab, failed)) == 0
    failed = done(lab, Doing(power_on_in_vain))
    if by == "hand":
        lab.sim.answer(("vim-cmd", "vmsvc/power.on", str(lab.vm.vmid)))
    else:
        done(lab, Doing(power_on))
    report = undone(lab, failed)
    [outcome] = report.outcomes
    assert outcome.error is not None
    assert "is powered on now, the run had left it off" in outcome.error.message
    assert (exit_code(report), sent(lab), lab.vm.power) == (5, [], "poweredOn")
    assert states(lab, failed) == ["failed"]
    assert exit_code(undone(lab, failed, force=True)) == 0
    assert lab.vm.power == "poweredOff"


def test_a_power_state_that_the_run_did_not_leave_is_refused(lab: Nightly) -> None:
    run = done(lab, Doing(power_on))
    lab.sim.answer(("vim-cmd", "vmsvc/power.suspend", str(lab.vm.vmid)))
    report = undone(lab, run)
    [outcome] = report.outcomes
    assert outcome.error is not None
    assert (outcome.error.kind, sent(lab)) == ("undo.changed", [])
    assert "is suspended now, the run had left it powered on" in outcome.error.message


def test_a_power_on_after_which_hostd_died_is_taken_back(lab: Nightly) -> None:
    """Nobody saw what became of it, so either state may be the run's."""
    lab.sim.faults.append(
        Fault("vim-cmd vmsvc/power.getstate", skip=1, exit=1, stderr=b"Failed to login: reset\n")
    )
    run = done(lab, Doing(power_on))
    assert (lab.vm.power, states(lab, run)) == ("poweredOn", ["intended"])
    lab.sim.faults.clear()
    assert exit_code(undone(lab, run)) == 0
    assert (lab.vm.power, states(lab, run)) == ("poweredOff", ["undone"])


def power_off(context: Context) -> None:
    power.power_off(context, find_vms(context, ("app01",))[0])


@pytest.mark.parametrize("answer", [b"", b"garbage\n", b"Retrieved runtime info\nno state\n"])
@pytest.mark.parametrize("after", ["power.on", "power.off", "power.shutdown"])
def test_a_power_step_after_which_no_state_could_be_read_may_have_been_taken(
    lab: Nightly, after: str, answer: bytes
) -> None:
    """The host has accepted it: that one look fails says nothing about it."""
    step, before = (power_on, "poweredOff") if after == "power.on" else (power_off, "poweredOn")
    lab.sim.lab.shutdown_seconds = 0.0
    if before == "poweredOn":
        lab.sim.answer(("vim-cmd", "vmsvc/power.on", str(lab.vm.vmid)))
    if after == "power.off":
        lab.sim.faults.append(Fault("vim-cmd vmsvc/power.shutdown", exit=1, stderr=b"no tools\n"))
    lab.sim.faults.append(
        Fault("vim-cmd vmsvc/power.getstate", skip=1, times=None, exit=0 if answer else 1,
              stdout=answer, stderr=b"" if answer else b"Killed\n")
    )  # fmt: skip
    run = done(lab, Doing(step))
    assert lab.vm.power != before
    assert states(lab, run) == ["intended"]
    lab.sim.faults.clear()
    assert exit_code(undone(lab, run)) == 0
    assert (lab.vm.power, states(lab, run)) == (before, ["undone"])


def edited(context: Context) -> None:
    [vm] = find_vms(context, ("app01",))
    edit.ensure(context, read_state(context, vm), (("c.d", "1"),), power_cycle=False)


def hint_of(report: Report) -> str:
    [outcome] = report.outcomes
    assert outcome.error is not None
    return outcome.error.hint


def test_no_force_is_offered_where_it_would_not_help(lab: Nightly) -> None:
    run = done(lab, Doing(edited))
    lab.sim.answer(("vim-cmd", "vmsvc/power.on", str(lab.vm.vmid)))
    assert hint_of(undone(lab, run)) == "power the VM off first, then run lab.undo again"
    lab.sim.answer(("vim-cmd", "vmsvc/power.off", str(lab.vm.vmid)))
    lab.sim.answer(("vim-cmd", "vmsvc/unregister", str(lab.vm.vmid)))
    for force in (False, True):
        report = undone(lab, run, force=force)
        assert exit_code(report) == 5
        assert hint_of(report).startswith("register it again")


def cycled(context: Context) -> None:
    [vm] = find_vms(context, ("app01",))
    edit.ensure(context, read_state(context, vm), (("c.d", "1"),), power_cycle=True)


def test_a_power_cycle_is_taken_back_by_one_and_leaves_the_vm_on(lab: Nightly) -> None:
    before = lab.vmx
    done(lab, Doing(power_on))
    run = done(lab, Doing(cycled))
    assert lab.vmx == {**before, "c.d": "1"}
    assert exit_code(undone(lab, run)) == 0
    assert (lab.vmx, lab.vm.power) == (before, "poweredOn")
    assert exit_code(undone(lab, run)) == 0
    assert sent(lab) == []


def test_an_undo_that_is_undone_makes_the_run_stand_again(lab: Nightly) -> None:
    run = done(lab, options(1))
    first = undone(lab, run).run
    undone(lab, first)
    assert (lab.option, states(lab, run), states(lab, first)) == ("1", ["verified"], ["undone"])
    undone(lab, run)
    assert (lab.option, states(lab, run)) == ("0", ["undone"])


def test_pruning_removes_what_a_killed_run_left_beside_the_vmx(lab: Nightly) -> None:
    """And only that: the run of another journal may be at work."""
    file = lab.vm.file
    ours, other = (Path(f"{file}.ftlab-{run}.tmp") for run in ("20200101T000000-dead", "alive"))
    for each in (ours, other):
        each.write_bytes(b"half")
    with Journal.open(lab.options.journal) as journal:
        _killed(lab, journal, str(ours).removesuffix(".tmp"))
    wanted = fleet.Wanted(str(lab.profile))
    assert exit_code(fleet.apply(lab, wanted, Keep(days=30))) == 0
    assert (ours.exists(), other.exists()) == (False, True)


def _killed(lab: Nightly, journal: Journal, backup: str) -> None:
    name, (_, _, below) = "20200101T000000-dead", backup.partition("/vmfs/")
    inventory = str(lab.options.real_inventory)
    info = RunInfo(name, "vmx.set", {}, "2020-01-01T00:00:00Z", inventory, "root", "box", "1")
    journal.begin(info)
    change = Change("vmx", None, "1", path=lab.vm.place, key="c.d", vm="app01")
    journal.intend(name, "vesxi01", change, {"backup": f"/vmfs/{below}"})
