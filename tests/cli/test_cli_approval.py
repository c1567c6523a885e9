"""What was approved on the terminal is what is done, host by host, or that host is refused."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from cli_place import Bench, Place
from cli_runner import Ran
from cli_terminal import Terminal, on_terminal
from lab_bench import near, profile, vmx, write_by_hand
from test_cli_fleet import until

from ftlab.sim import PairSpec
from ftlab.sim.model.answer import Fault

TIMEOUT = "/Migrate/NetTimeout"
STREAM = "/Migrate/VMotionStreamDisable"
QUESTION = "Go ahead? [y/N]"
ALL = ("--executor", "processes"), ("--executor", "threads")


def approve(terminal: Terminal) -> None:
    terminal.wait_for(QUESTION)
    terminal.type("y\n")


@pytest.mark.parametrize("executor", ALL)
def test_a_host_whose_value_has_changed_since_is_refused_by_name(bench: Bench, executor) -> None:
    place = bench()
    place.set_option("vesxi01", TIMEOUT, "33")
    with on_terminal(place.cli, "advopt.set", TIMEOUT, "77", "--json", *executor) as terminal:
        terminal.wait_for(QUESTION)
        place.set_option("vesxi01", TIMEOUT, "45")
        approve(terminal)
        ran = terminal.end(5)
    assert ran.statuses == {"vesxi01": "failed", "vesxi02": "changed"}
    error = ran.error("vesxi01")
    assert error["kind"] == "plan.changed"
    assert f"{TIMEOUT} 45 → 77" in error["message"]
    assert f"approved was {TIMEOUT} 33 → 77" in error["message"]
    assert ran.hosts["vesxi01"]["changes"] == []
    assert (place.option("vesxi01", TIMEOUT), place.option("vesxi02", TIMEOUT)) == ("45", "77")


def test_the_new_plan_is_on_the_screen(bench: Bench) -> None:
    place = bench()
    with on_terminal(place.cli, "advopt.set", TIMEOUT, "77", "-l", "vesxi01") as terminal:
        terminal.wait_for(QUESTION)
        place.set_option("vesxi01", TIMEOUT, "45")
        approve(terminal)
        out = " ".join(terminal.end(5).out.split())
    assert "vesxi01 failed (plan.changed)" in out
    assert f"now it is {TIMEOUT} 45 → 77" in out


def test_a_host_that_had_nothing_to_do_is_not_changed_either(bench: Bench) -> None:
    place = bench()
    place.set_option("vesxi01", TIMEOUT, "77")
    with on_terminal(place.cli, "advopt.set", TIMEOUT, "77", "--json") as terminal:
        terminal.wait_for(QUESTION)
        place.set_option("vesxi01", TIMEOUT, "45")
        approve(terminal)
        ran = terminal.end(5)
    assert ran.error("vesxi01")["kind"] == "plan.changed"
    assert ran.statuses["vesxi02"] == "changed"
    assert place.option("vesxi01", TIMEOUT) == "45"


def test_a_host_that_could_not_be_reached_for_the_plan_is_left_alone(bench: Bench) -> None:
    place = bench()
    place["vesxi01"].faults.append(Fault("vim-cmd vmsvc/getallvms", what="cut"))
    wanted = ("vmx.set", "--vm", "app01", "--set", "a.b=1", "--json")
    before = vmx(place.vm("vesxi01", "app01"))
    with on_terminal(place.cli, *wanted) as terminal:
        approve(terminal)
        ran = terminal.end(5)
    assert ran.error("vesxi01")["kind"] == "plan.changed"
    assert "approved was nothing" in ran.error("vesxi01")["message"]
    assert ran.statuses["vesxi02"] == "changed"
    assert vmx(place.vm("vesxi01", "app01")) == before


def test_nothing_of_a_plan_is_done_where_a_part_of_it_differs(bench: Bench) -> None:
    """Two keys were approved; one has another value by now."""
    place = bench(hosts=1, versions=("5.0",))
    vm = place.vm("vesxi01", "app01")
    wanted = ("vmx.set", "--vm", "app01", "--set", "a.b=1", "--set", "guestOS=other", "--json")
    with on_terminal(place.cli, *wanted) as terminal:
        terminal.wait_for(QUESTION)
        write_by_hand(place["vesxi01"], vm, "guestOS = ", "was.there = ")
        before = vmx(vm)
        approve(terminal)
        ran = terminal.end(5)
    assert ran.error("vesxi01")["kind"] == "plan.changed"
    assert vmx(vm) == before


def test_an_approved_power_cycle_is_done_as_shown(bench: Bench) -> None:
    place = bench(hosts=1, versions=("5.0",))
    wanted = ("vft.enable", "--vm", "app02", "--power-cycle", "--stream", "1", "--json")
    with on_terminal(place.cli, *wanted) as terminal:
        approve(terminal)
        ran = terminal.end(0)
    assert ran.statuses == {"vesxi01": "changed"}
    assert [c["target"] for c in ran.hosts["vesxi01"]["changes"]] == [
        "advopt", "power", "vmx", "vmx", "vmx", "power",
    ]  # fmt: skip
    assert place.vm("vesxi01", "app02").power == "poweredOn"


def test_a_vm_that_went_down_since_is_not_cycled(bench: Bench) -> None:
    """Somebody has powered it off: it would come up again without their knowing."""
    place = bench(hosts=1, versions=("5.0",))
    vm = place.vm("vesxi01", "app02")
    with on_terminal(place.cli, "vft.enable", "--vm", "app02", "--power-cycle") as terminal:
        terminal.wait_for(QUESTION)
        place["vesxi01"].answer(("vim-cmd", "vmsvc/power.off", str(vm.vmid)))
        before = vmx(vm)
        approve(terminal)
        terminal.end(5)
    assert (vm.power, vmx(vm)) == ("poweredOff", before)


def test_an_apply_an_undo_and_a_reset_are_done_as_approved(bench: Bench) -> None:
    place = bench(hosts=1, versions=("5.0",))
    text = f"""
[[state]]
advopt = {{ "{STREAM}" = 1 }}
[[state]]
vm = "app02"
vmx = {{ "a.b" = "1" }}
power = "off"
"""
    file = profile(place.cli, text)
    before = vmx(place.vm("vesxi01", "app02"))
    for task in (("lab.apply", "--profile", file), ("lab.undo", "last"),
                 ("lab.reset", "--profile", file)):  # fmt: skip
        with on_terminal(place.cli, *task, "--json") as terminal:
            approve(terminal)
            assert terminal.end(0).statuses == {"vesxi01": "changed"}
        if task[0] == "lab.undo":
            assert vmx(place.vm("vesxi01", "app02")) == before


def possible(ran: Ran, host: str) -> list[tuple[str, object, object]]:
    return [
        (change["target"], change["before"], change["after"])
        for change in ran.hosts[host]["changes"]
        if change.get("possible")
    ]


POWER_ON = ("vft.power-on-secondary", "--vm", "db01")
PAIR = PairSpec(
    "db01", "vesxi01", "vesxi02", cure=1, ready=True, start_seconds=0.2, host_starts_secondary=True
)


@pytest.fixture
def pair(bench: Bench) -> Place:
    return near(bench(pairs=[PAIR]))


def test_a_plan_has_the_steps_that_may_follow(pair: Place) -> None:
    ran = pair.cli.json(*POWER_ON, "--check").expect(3)
    assert possible(ran, "vesxi01") == [("advopt", 0, 1)]
    ft = ("ft", "enabled", "running")
    assert possible(ran, "vesxi02") == [("advopt", 0, 1), ft, ("power", "on", "off")]
    certain = [c for c in ran.hosts["vesxi02"]["changes"] if "possible" not in c]
    assert [(c["target"], c["before"], c["after"]) for c in certain] == [("power", "off", "on")]
    text = pair.cli(*POWER_ON, "--check").expect(3).out
    assert re.search(rf"{STREAM} +0 → 1 +possible", text)
    assert [pair.option(host, STREAM) for host in ("vesxi01", "vesxi02")] == ["0", "0"]


def test_steps_that_may_follow_go_from_where_the_last_one_led(pair: Place) -> None:
    pair.set_option("vesxi01", STREAM, "1")
    ran = pair.cli.json(*POWER_ON, "--check").expect(3)
    assert possible(ran, "vesxi01") == [("advopt", 1, 0), ("advopt", 0, 1)]
    assert possible(ran, "vesxi02")[0] == ("advopt", 0, 1)


@pytest.mark.parametrize("flags", [("--no-remedy",), ("--attempts", "1")])
def test_a_plan_has_no_remedy_that_cannot_follow(pair: Place, flags) -> None:
    ran = pair.cli.json(*POWER_ON, *flags, "--check").expect(3)
    assert possible(ran, "vesxi01") == []


def test_an_approved_remedy_is_applied(pair: Place) -> None:
    with on_terminal(pair.cli, *POWER_ON, "--json") as terminal:
        terminal.wait_for("possible")
        approve(terminal)
        ran = terminal.end(0)
    assert ran.statuses == {"vesxi01": "changed", "vesxi02": "changed"}
    assert [pair.option(host, STREAM) for host in ("vesxi01", "vesxi02")] == ["1", "1"]


def test_a_remedy_that_was_not_approved_is_not(bench: Bench) -> None:
    """Somebody has set the option meanwhile, so that another step of the remedy is due."""
    pair = near(bench(pairs=[replace(PAIR, cure=0)]))
    with on_terminal(pair.cli, *POWER_ON, "--json") as terminal:
        terminal.wait_for(QUESTION)
        for host in ("vesxi01", "vesxi02"):
            pair.set_option(host, STREAM, "1")
        approve(terminal)
        ran = terminal.end(5)
    error = ran.error("vesxi02")
    assert error["kind"] == "plan.changed"
    assert f"not approved: {STREAM} 1 → 0" in error["message"]
    assert [pair.option(host, STREAM) for host in ("vesxi01", "vesxi02")] == ["1", "1"]


@pytest.mark.parametrize(
    ("trigger", "seconds"),
    [("auto", 0.0), ("auto", 2.0), ("host", 0.0), ("host", 2.0), ("primary", 0.0)],
)
def test_a_secondary_that_is_on_by_now_is_what_was_approved(bench: Bench, trigger, seconds) -> None:
    """vCenter may start it while a person thinks."""
    pair = near(bench(pairs=[replace(PAIR, failure=None, start_seconds=seconds)]))
    vm = pair.vm("vesxi02", "db01")
    with on_terminal(pair.cli, *POWER_ON, "--trigger", trigger, "--json") as terminal:
        terminal.wait_for(QUESTION)
        pair["vesxi02"].answer(("vim-cmd", "vmsvc/power.on", str(vm.vmid)))
        look = ("vim-cmd", "vmsvc/get.runtime", str(vm.vmid))
        until(lambda: seconds > 0 or b'"running"' in pair["vesxi02"].answer(look).stdout)
        approve(terminal)
        terminal.end(0)
    assert vm.ft is not None
    assert vm.ft.phase == "running"
    assert pair.seen("vesxi02", "vim-cmd", "vmsvc/power.on") == 1


def test_a_primary_that_went_down_since_is_not_restarted(bench: Bench) -> None:
    pair = near(bench(pairs=[replace(PAIR, failure=None)]))
    vm = pair.vm("vesxi01", "db01")
    with on_terminal(pair.cli, *POWER_ON, "--trigger", "primary", "--json") as terminal:
        terminal.wait_for(QUESTION)
        pair["vesxi01"].answer(("vim-cmd", "vmsvc/power.off", str(vm.vmid)))
        until(lambda: vm.power == "poweredOff")
        approve(terminal)
        ran = terminal.end(5)
    assert ran.error("vesxi02")["kind"] == "plan.changed"
    assert vm.power == "poweredOff"


def test_a_reset_to_a_snapshot_does_what_may_follow(bench: Bench) -> None:
    """The snapshot has not the key that the VM has by now, so it is set once more."""
    place = near(bench(hosts=1, versions=("5.0",)))
    vm = place.vm("vesxi01", "app01")
    place["vesxi01"].answer(("vim-cmd", "vmsvc/snapshot.create", str(vm.vmid), "baseline"))
    place.cli("vmx.set", "--vm", "app01", "--set", "c.d=2", "--yes").expect(0)
    text = '[[state]]\nvm = "app01"\nsnapshot = "baseline"\nvmx = { "c.d" = "2" }\n'
    wanted = ("lab.reset", "--profile", profile(place.cli, text), "--json")
    assert possible(place.cli.json(*wanted, "--check").expect(3), "vesxi01") == [("vmx", "2", "2")]
    with on_terminal(place.cli, *wanted) as terminal:
        approve(terminal)
        ran = terminal.end(0)
    assert [c["target"] for c in ran.hosts["vesxi01"]["changes"]] == ["snapshot", "vmx"]
    assert vmx(vm).endswith(b'c.d = "2"\n')


@pytest.mark.parametrize("where", ["variable", "file", "flag"])
def test_somebody_who_is_not_asked_is_told_why(bench: Bench, where: str) -> None:
    place = near(bench(hosts=1, versions=("5.0",)))
    env, flags = ({"FTLAB_YES": "1"}, ()) if where == "variable" else ({}, ())
    if where == "file":
        (place.cli.home / "ftlab.toml").write_text("yes = true\n")
    if where == "flag":
        flags = ("--yes",)
    argv = ("advopt.set", "/Migrate/NetTimeout", "44", *flags)
    with on_terminal(place.cli, *argv, env=env) as terminal:
        terminal.end(0)
    said = " ".join(terminal.text.split())
    expected = {"variable": "FTLAB_YES", "file": f"{place.cli.home}/ftlab.toml"}
    if where == "flag":
        assert "not asked" not in said
    else:
        assert f"not asked, since {expected[where]} says yes" in said
