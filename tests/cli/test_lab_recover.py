"""What a run that was cut short has left: named, finished by the next run or by ``lab.recover``."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import Ran
from cli_terminal import on_terminal
from lab_bench import TIMEOUT, CutAt, leftovers, near, vmx
from test_cli_fleet import until

from ftlab.sim import Fault

ENABLE = ("vft.enable", "--vm", "app02", "--power-cycle", "-y")
SET = ("vmx.set", "--vm", "app01", "--set", "a.b=1", "-y")
ALL = ("--executor", "processes"), ("--executor", "threads")


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench(hosts=2))


def notes(ran: Ran, host: str = "vesxi01") -> str:
    return " ".join(ran.hosts[host]["facts"].get("notes", ()))


def cut_while_down(place: Place) -> str:
    """``app02`` is on; the run that takes it down for an edit loses its host meanwhile."""
    place["vesxi01"].commands = CutAt("cp")
    ran = place.cli.json(*ENABLE).expect(5)
    assert ran.error("vesxi01")["kind"] == "lost"
    assert place.vm("vesxi01", "app02").power == "poweredOff"
    return ran.run


@pytest.mark.parametrize("executor", ALL)
def test_the_same_command_brings_the_vm_up_again(place: Place, executor) -> None:
    run = cut_while_down(place)
    again = place.cli.json(*ENABLE, *executor).expect(0)
    vm = place.vm("vesxi01", "app02")
    assert (vm.power, vm.loaded.get("replay.allowFT")) == ("poweredOn", "true")
    assert f"app02 is on again: run {run} had taken it down for a while" in notes(again)
    assert again.statuses == {"vesxi01": "changed", "vesxi02": "ok"}
    assert place.cli.json("lab.history").expect(0).document["runs"][0].get("left") is None


def test_it_is_in_the_plan_and_may_be_refused(place: Place) -> None:
    cut_while_down(place)
    plan = place.cli.json(*ENABLE[:-1], "--check", "-l", "vesxi01").expect(3)
    steps = [(c["target"], c["after"]) for c in plan.hosts["vesxi01"]["changes"]]
    assert steps[-1] == ("power", "on")
    assert "app02 would come up again" in notes(plan)
    for answer, power in (("n", "poweredOff"), ("y", "poweredOn")):
        with on_terminal(place.cli, *ENABLE[:-1], "-l", "vesxi01") as terminal:
            terminal.wait_for("Go ahead? [y/N]")
            terminal.type(answer + "\n")
            terminal.end(3 if answer == "n" else 0)
        assert place.vm("vesxi01", "app02").power == power


def test_a_run_about_something_else_only_says_so(place: Place) -> None:
    run = cut_while_down(place)
    for task in (("advopt.set", TIMEOUT, "33", "-y"), SET, ("advopt.set", TIMEOUT, "44", "-n")):
        ran = place.cli.json(*task)
        assert f"run {run} was cut short here: app02 was on and may be off since" in notes(ran)
        assert f"ftlab lab.recover {run} sees to it" in notes(ran)
        assert "cut short" not in notes(ran, "vesxi02")
    assert place.vm("vesxi01", "app02").power == "poweredOff"


def test_a_vm_that_is_told_to_be_off_stays_off(place: Place) -> None:
    cut_while_down(place)
    place.cli("vm.power-off", "--vm", "app02", "-y").expect(0)
    assert place.cli.json(*SET).expect(0).hosts["vesxi01"]["facts"] == {}
    place.cli("vft.enable", "--vm", "app02", "-y", "-l", "vesxi01").expect(0)
    assert place.vm("vesxi01", "app02").power == "poweredOff"


def test_a_vm_that_somebody_has_powered_on_is_left_alone(place: Place) -> None:
    cut_while_down(place)
    vm = place.vm("vesxi01", "app02")
    place["vesxi01"].answer(("vim-cmd", "vmsvc/power.on", str(vm.vmid)))
    sent = place.seen("vesxi01", "vim-cmd", "vmsvc/power.on")
    place.cli("lab.recover", "-y").expect(0)
    assert place.seen("vesxi01", "vim-cmd", "vmsvc/power.on") == sent
    assert "left" not in place.cli.json("lab.history").expect(0).document["runs"][0]


def test_history_names_it_and_recover_finishes_it(place: Place) -> None:
    run = cut_while_down(place)
    listed = place.cli.json("lab.history").expect(0).document["runs"]
    assert [(each["run"], list(each.get("left", {}))) for each in listed] == [(run, ["vesxi01"])]
    text = place.cli("lab.history").expect(0).out
    assert f"run {run} was cut short on vesxi01: app02 was on and may be off since" in text
    assert "lab.recover" in place.cli("lab.history", run).expect(0).out
    check = place.cli.json("lab.recover", "--check").expect(3)
    assert list(check.hosts) == ["vesxi01"]
    assert [c["after"] for c in check.hosts["vesxi01"]["changes"]] == ["on"]
    done = place.cli.json("lab.recover", run, "-y").expect(0)
    assert done.statuses == {"vesxi01": "changed"}
    vm = place.vm("vesxi01", "app02")
    assert vm.power == "poweredOn"
    assert not vm.loaded.has("replay.allowFT")  # that was not begun
    assert len(list(vm.file.parent.glob("*.ftlab-*"))) == 0
    before = {name: len(host.commands) for name, host in place.lab.sim.hosts.items()}
    again = place.cli.json("lab.recover", "-y").expect(0)
    assert again.statuses == {"vesxi01": "ok", "vesxi02": "ok"}
    assert {n: len(host.commands) for n, host in place.lab.sim.hosts.items()} == before
    place.cli("lab.recover", "20200101T000000-none", "-y").expect(2)


def test_a_run_that_has_left_nothing_is_said_to(place: Place) -> None:
    ran = place.cli.json(*SET).expect(0)
    told = place.cli.json("lab.recover", ran.run, "-y").expect(0)
    assert notes(told) == f"run {ran.run} has left nothing here that has to be finished"
    told = place.cli.json("lab.recover", "-y").expect(0)
    assert notes(told) == "no run has left anything here that has to be finished"


def test_what_cannot_be_finished_is_a_failure(place: Place) -> None:
    cut_while_down(place)
    vm = place.vm("vesxi01", "app02")
    place["vesxi01"].answer(("vim-cmd", "vmsvc/unregister", str(vm.vmid)))
    ran = place.cli.json("lab.recover", "-y").expect(5)
    assert ran.error("vesxi01")["kind"] == "recover.left"
    assert "app02 was on and may be off since" in notes(ran)


def cut_in_mid_upload(place: Place) -> tuple[str, Path]:
    place["vesxi01"].commands = CutAt("dd")
    ran = place.cli.json(*SET).expect(5)
    assert ran.error("vesxi01")["kind"] == "lost"
    folder = place.vm("vesxi01", "app01").file.parent
    assert leftovers(folder) == [f"app01.vmx.ftlab-{ran.run}.tmp"]
    return ran.run, folder


def others(folder: Path) -> list[Path]:
    """Files of other runs, whose end nobody here knows, and of other people."""
    found = [
        folder / name
        for name in ("app01.vmx.ftlab-20200101T000000-dead.tmp", "app01.vmx.tmp", "ftlab.tmp")
    ]
    for file in found:
        file.write_bytes(b"theirs")
    return found


@pytest.mark.parametrize(
    "task", [SET, ("vm.power-on", "--vm", "app01", "-y"), ("lab.recover", "-y")]
)
def test_the_next_run_removes_what_a_dead_run_left_and_says_so(place: Place, task) -> None:
    run, folder = cut_in_mid_upload(place)
    kept = others(folder)
    ran = place.cli.json(*task).expect(0)
    assert f"app01.vmx.ftlab-{run}.tmp" in notes(ran)
    assert "removed" in notes(ran)
    assert all(file.exists() for file in kept)
    assert [file for file in folder.iterdir() if run in file.name] == []


def test_a_step_that_is_lost_says_that_the_next_run_finishes_it(place: Place) -> None:
    """What no run can finish says something else: what a user typed, nobody can look at."""
    place["vesxi01"].faults.append(Fault("vim-cmd vmsvc/power.on", what="cut"))
    on = ("vm.power-on", "--vm", "app01", "-y")
    error = place.cli.json(*on).expect(5).error("vesxi01")
    assert error["kind"] == "lost"
    assert error["hint"].startswith("run the same command again: it looks at the host first")
    place.cli.json(*on).expect(0)
    assert place.vm("vesxi01", "app01").power == "poweredOn"
    place["vesxi01"].faults.append(Fault("touch", what="cut"))
    typed = place.cli.json("fleet.run", "touch /tmp/x", "-y").expect(5).error("vesxi01")
    assert typed["hint"].startswith("look at the host before you run it again")


def test_so_does_the_undo_of_the_dead_run(place: Place) -> None:
    before = vmx(place.vm("vesxi01", "app01"))
    run, folder = cut_in_mid_upload(place)
    ran = place.cli.json("lab.undo", run, "-y", "-l", "vesxi01").expect(0)
    assert "removed" in notes(ran)
    assert leftovers(folder) == []
    assert vmx(place.vm("vesxi01", "app01")) == before


def test_a_backup_that_is_still_needed_stays(place: Place) -> None:
    """The rename was made, and only that: the old bytes are nowhere else."""
    before = vmx(place.vm("vesxi01", "app01"))
    place["vesxi01"].faults.append(Fault("vim-cmd vmsvc/reload", what="cut"))
    run = place.cli.json(*SET).expect(5).run
    again = place.cli.json(*SET).expect(0)
    assert "is loaded now" in notes(again)
    assert place.vm("vesxi01", "app01").loaded.get("a.b") == "1"
    place.cli("lab.undo", run, "-y").expect(0)
    assert vmx(place.vm("vesxi01", "app01")) == before
    assert not place.vm("vesxi01", "app01").loaded.has("a.b")


def test_a_run_that_is_at_work_has_left_nothing(bench: Bench) -> None:
    """A check needs no lock, and sees its changes as they are made."""
    place = bench(hosts=1, versions=("5.0",))
    released = place.hold("vim-cmd vmsvc/reload", "vesxi01")
    with place.cli.started(*SET, "--json") as run:
        until(lambda: place.seen("vesxi01", "vim-cmd", "vmsvc/reload"))
        assert "left" not in place.cli.json("lab.history").expect(0).document["runs"][0]
        check = place.cli.json(*SET[:-1], "--check")
        assert "cut short" not in notes(check)
        released.set()
        place.cli.finish(run, *SET, "--json").expect(0)


def test_what_a_run_on_another_inventory_left_is_not_this_ones(place: Place) -> None:
    """The same hosts by another file: its runs are another lab's, perhaps at work."""
    cut_while_down(place)
    other = place.cli.home / "other.ini"
    other.write_text(place.lab.inventory.read_text())
    ran = place.cli.json(*SET, "-i", str(other)).expect(0)
    assert "cut short" not in notes(ran)
    assert place.cli.json("lab.recover", "-y", "-i", str(other)).expect(0).statuses == {
        "vesxi01": "ok", "vesxi02": "ok",
    }  # fmt: skip
