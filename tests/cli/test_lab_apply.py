"""``lab.apply``: what the plan shows, in order, proven, and nothing the second time."""

from __future__ import annotations

import pytest
from cli_place import Bench, Place
from cli_runner import tree
from lab_bench import STREAM, TIMEOUT, connections, near, profile, steps, vmx

from ftlab.sim import Fault


def apply(place: Place, text: str, *flags: str):
    return place.cli.json("lab.apply", "--profile", profile(place.cli, text), "--yes", *flags)


WHOLE = f"""
[[state]]
hosts = "vesxi01"
advopt = {{ "{STREAM}" = 1 }}
advopt_default = ["{TIMEOUT}"]

[[state]]
hosts = "vesxi01"
vm = "app01"
vmx = {{ "replay.supported" = "true", "replay.allowFT" = "true" }}
power = "on"

[[state]]
hosts = "vesxi01"
vm = "app02"
vmx_absent = ["replay.filename"]
power = "off"
"""


@pytest.fixture(scope="module")
def done(module_bench: Bench):
    """WHOLE, applied to the first of two hosts; and once more."""
    place = near(module_bench())
    place.set_option("vesxi01", TIMEOUT, "99")
    place["vesxi01"].commands.clear()
    before = tree(place.lab.directory / "hosts/vesxi02")
    with connections(place) as seen:
        first = apply(place, WHOLE).expect(0)
    went = steps(place["vesxi01"])
    after = tree(place.lab.directory)
    again = apply(place, WHOLE).expect(0)
    plan = place.cli.json("lab.plan", "--profile", profile(place.cli, WHOLE))
    return place, first, again, plan, went, (before, after, seen)


def test_every_change_is_told_and_proven(done):
    _, first, *_ = done
    changes = first.hosts["vesxi01"]["changes"]
    assert all(change["verified"] for change in changes)
    told = {(c["target"], c.get("vm"), c.get("key") or c["path"]): c["after"] for c in changes}
    assert told == {
        ("advopt", None, STREAM): 1,
        ("advopt", None, TIMEOUT): 20,
        ("power", "app01", "[datastore1] app01/app01.vmx"): "on",
        ("power", "app02", "[datastore1] app02/app02.vmx"): "off",
        ("vmx", "app01", "replay.supported"): "true",
        ("vmx", "app01", "replay.allowFT"): "true",
        ("vmx", "app02", "replay.filename"): None,
    }


def test_the_order_is_off_vmx_reload_on(done):
    place, *_, went, _ = done
    one, two = (place.vm("vesxi01", name).vmid for name in ("app01", "app02"))
    assert went[:2] == [f"set {STREAM} 1", f"set {TIMEOUT} 20"]
    mine = [step for step in went[2:] if step.endswith(f" {one}")]
    assert mine == [f"reload {one}", f"power.on {one}"]
    mine = [step for step in went[2:] if step.endswith(f" {two}")]
    assert mine == [f"power.shutdown {two}", f"reload {two}"]
    assert went.count("mv") == 2
    assert went.index("mv") < went.index(f"power.on {one}")


def test_the_lab_is_as_wished(done):
    place, *_ = done
    assert place.option("vesxi01", STREAM) == "1"
    assert place.option("vesxi01", TIMEOUT) == "20"
    assert place.vm("vesxi01", "app01").power == "poweredOn"
    assert place.vm("vesxi01", "app02").power == "poweredOff"
    assert not place.vm("vesxi01", "app02").loaded.has("replay.filename")


def test_again_changes_nothing(done):
    place, _, again, plan, _, (_, after, _) = done
    assert again.hosts["vesxi01"]["changes"] == []
    assert again.statuses == {"vesxi01": "ok", "vesxi02": "skipped"}
    plan.expect(0)
    files = {name: told for name, told in after.items() if name.endswith(".vmx")}
    now = tree(place.lab.directory)
    assert {name: now[name] for name in files} == files


def test_other_hosts_are_not_contacted(done):
    place, *_, (before, _, seen) = done
    assert seen == {"vesxi01": 1, "vesxi02": 0}
    assert tree(place.lab.directory / "hosts/vesxi02") == before


RUNNING = '[[state]]\nvm = "app02"\nvmx = { "a.b" = "1" }\n'


def test_a_running_vm_is_refused_by_name_and_the_host_left_alone(bench: Bench):
    place = near(bench())
    before = vmx(place.vm("vesxi01", "app02"))
    text = f'[[state]]\nadvopt = {{ "{STREAM}" = 1 }}\n{RUNNING}'
    for power in ("", 'power = "on"'):
        told = apply(place, text + power).expect(5)
        error = told.error("vesxi01")
        assert error["kind"] == "vm.powered_on"
        assert "VM app02 is powered on" in error["message"]
        assert "--power-cycle" in error["hint"]
    assert vmx(place.vm("vesxi01", "app02")) == before
    assert place.option("vesxi01", STREAM) == "0"
    assert steps(place["vesxi01"]) == []


def test_power_cycle_takes_it_down_and_up(bench: Bench):
    place = near(bench(hosts=1, versions=("5.0",)))
    vm = place.vm("vesxi01", "app02")
    told = apply(place, RUNNING, "--power-cycle").expect(0)
    assert [c["after"] for c in told.hosts["vesxi01"]["changes"]] == ["off", "1", "on"]
    went = [step.partition(" ")[0] for step in steps(place["vesxi01"])]
    assert went == ["power.shutdown", "mv", "reload", "power.on"]
    assert vm.power == "poweredOn"
    assert vm.loaded.get("a.b") == "1"


def test_off_by_the_profile_needs_no_flag(bench: Bench):
    place = near(bench(hosts=1, versions=("5.0",)))
    vm = place.vm("vesxi01", "app02")
    vm.guest = "stubborn"
    told = apply(place, RUNNING + 'power = "off"', "--guest-wait", "0.2").expect(0)
    went = [step.partition(" ")[0] for step in steps(place["vesxi01"])]
    assert went == ["power.shutdown", "power.off", "mv", "reload"]
    assert "powered off hard" in told.hosts["vesxi01"]["facts"]["notes"][0]
    assert vm.loaded.get("a.b") == "1"


def test_a_check_shows_the_steps_and_takes_none(bench: Bench):
    place = near(bench(hosts=1, versions=("5.0",)))
    before = tree(place.lab.directory)
    told = apply(place, RUNNING, "--power-cycle", "--check").expect(3)
    changes = told.hosts["vesxi01"]["changes"]
    assert [(c["target"], c["after"]) for c in changes] == [
        ("power", "off"),
        ("vmx", "1"),
        ("power", "on"),
    ]
    assert tree(place.lab.directory) == before
    assert steps(place["vesxi01"]) == []


def test_without_yes_nobody_is_contacted(typed, tmp_path):
    told = typed("lab.apply", "--profile", "stock").expect(2)
    assert "--yes" in told.err


def test_one_vm_that_goes_wrong_costs_no_other_its_own(bench: Bench):
    place = near(bench(hosts=1, versions=("5.0",), vms=3))
    host = place["vesxi01"]
    bad = place.vm("vesxi01", "app01").vmid
    host.faults.append(Fault(f"vim-cmd vmsvc/power.on {bad}", times=None))
    text = '[[state]]\nvm = "app0[12]"\nvmx = { "a.b" = "1" }\npower = "on"\n'
    told = apply(place, text).expect(5)
    assert place.vm("vesxi01", "app02").power == "poweredOn"
    assert place.vm("vesxi01", "app02").loaded.get("a.b") == "1"
    proven = {(c["vm"], c["target"]): c["verified"] for c in told.hosts["vesxi01"]["changes"]}
    assert proven[("app01", "power")] is False
    assert proven[("app02", "power")] is True


def test_retry_failed_goes_only_where_it_failed(bench: Bench):
    place = near(bench(hosts=3, versions=("5.0",) * 3))
    text = f'[[state]]\nadvopt = {{ "{STREAM}" = 1 }}'
    place["vesxi02"].faults.append(Fault("esxcli system settings advanced set", times=1))
    first = apply(place, text).expect(5)
    assert first.statuses == {"vesxi01": "changed", "vesxi02": "failed", "vesxi03": "changed"}
    again = apply(place, text, "--retry-failed", first.run).expect(0)
    assert again.statuses == {"vesxi02": "changed"}


def test_narrowed_to_named_vms(bench: Bench):
    place = near(bench(hosts=1, versions=("5.0",)))
    apply(place, RUNNING.replace("app02", "app*"), "--vm", "app01").expect(0)
    assert place.vm("vesxi01", "app01").loaded.get("a.b") == "1"
    assert not place.vm("vesxi01", "app02").loaded.has("a.b")
