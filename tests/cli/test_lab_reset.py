"""``lab.reset``: the nightly way back, for the VMs it is told of and for no others."""

from __future__ import annotations

import pytest
from cli_place import Bench, Place
from cli_runner import tree
from lab_bench import STREAM, TIMEOUT, leftovers, near, profile, steps, vmx, write_by_hand

NAMED = '[[state]]\nvm = "app01"\n'
VFT = ("lab.apply", "--profile", "vft", "--vm", "app01", "--yes")


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench(hosts=1, versions=("5.0",), vms=3))


def reset(place: Place, text: str, *flags: str):
    return place.cli.json("lab.reset", "--profile", profile(place.cli, text), "--yes", *flags)


def untouched(place: Place, *names: str) -> dict:
    """The files of these VMs, and the commands that name them."""
    host = place["vesxi01"]
    ids = {str(place.vm("vesxi01", name).vmid) for name in names}
    files = {name: tree(place.vm("vesxi01", name).file.parent) for name in names}
    said = [argv for argv in host.commands if argv[0] == "vim-cmd" and ids & set(argv[2:])]
    return {"files": files, "said": said}


def test_back_to_the_vmx_before_the_runs_byte_for_byte(place):
    vm = place.vm("vesxi01", "app01")
    before = vmx(vm)
    place.cli(*VFT).expect(0)
    place.cli("vmx.set", "--vm", "app01", "--set", "c.d=2", "--yes").expect(0)
    write_by_hand(place["vesxi01"], vm, 'replay.allowFT = "true"', 'replay.allowFT = "maybe"')
    others = untouched(place, "app02", "app03")
    told = reset(place, NAMED).expect(0)
    assert vmx(vm) == before
    assert not vm.loaded.has("replay.allowFT")
    assert all(change["verified"] for change in told.hosts["vesxi01"]["changes"])
    assert untouched(place, "app02", "app03") == others
    assert leftovers(vm.file.parent) == []
    assert reset(place, NAMED).expect(0).hosts["vesxi01"]["changes"] == []


def test_the_profile_has_the_last_word(place):
    vm = place.vm("vesxi01", "app01")
    before = vmx(vm)
    place.cli(*VFT).expect(0)
    text = NAMED + 'vmx = { "replay.supported" = "true" }\npower = "on"\n'
    reset(place, text).expect(0)
    assert vmx(vm) == before.replace(b'replay.supported = "FALSE"', b'replay.supported = "true"')
    assert vm.power == "poweredOn"
    place.cli("lab.plan", "--profile", profile(place.cli, text)).expect(0)


def test_options_go_back_to_before_the_runs_or_to_the_profile(place):
    place.set_option("vesxi01", TIMEOUT, "33")
    for path, value in ((TIMEOUT, "44"), (TIMEOUT, "55"), (STREAM, "1")):
        place.cli("advopt.set", path, value, "--yes").expect(0)
    reset(place, f'[[state]]\nadvopt = {{ "{STREAM}" = 1 }}').expect(0)
    assert place.option("vesxi01", TIMEOUT) == "33"
    assert place.option("vesxi01", STREAM) == "1"


def test_what_was_undone_is_nothing_to_go_back_to(place):
    vm = place.vm("vesxi01", "app01")
    place.cli(*VFT).expect(0)
    place.cli("lab.undo", "last", "--yes").expect(0)
    write_by_hand(place["vesxi01"], vm, 'memSize = "1024"', 'memSize = "2048"')
    now = vmx(vm)
    assert reset(place, NAMED).expect(0).hosts["vesxi01"]["changes"] == []
    assert vmx(vm) == now


def test_a_running_vm_goes_down_for_it_and_comes_up_again(place):
    vm = place.vm("vesxi01", "app01")
    place.cli(*VFT).expect(0)
    place.cli("vm.power-on", "--vm", "app01", "--yes").expect(0)
    place["vesxi01"].commands.clear()
    reset(place, NAMED).expect(0)
    went = [step.partition(" ")[0] for step in steps(place["vesxi01"])]
    assert went == ["power.shutdown", "mv", "reload", "power.on"]
    assert vm.power == "poweredOn"
    assert not vm.loaded.has("replay.allowFT")


def test_a_running_vm_with_nothing_to_change_stays_up(place):
    place.cli("vm.power-on", "--vm", "app01", "--yes").expect(0)
    place["vesxi01"].commands.clear()
    reset(place, NAMED + 'power = "on"').expect(0)
    assert steps(place["vesxi01"]) == []


def test_off_goes_the_guests_way_and_then_the_hard_way(place):
    place.vm("vesxi01", "app03").guest = "stubborn"
    told = reset(place, '[[state]]\nvm = "app03"\npower = "off"', "--guest-wait", "0.2").expect(0)
    went = [step.partition(" ")[0] for step in steps(place["vesxi01"])]
    assert went == ["power.shutdown", "power.off"]
    assert place.vm("vesxi01", "app03").power == "poweredOff"
    assert told.statuses == {"vesxi01": "changed"}


def snapshot(place: Place, name: str = "baseline") -> None:
    vmid = place.vm("vesxi01", "app01").vmid
    place["vesxi01"].answer(("vim-cmd", "vmsvc/snapshot.create", str(vmid), name))


SNAPSHOT = NAMED + 'snapshot = "baseline"\nvmx = { "c.d" = "2" }\npower = "on"\n'


def test_back_to_a_snapshot(place):
    vm = place.vm("vesxi01", "app01")
    snapshot(place)
    saved = vmx(vm)
    place.cli(*VFT).expect(0)
    place.cli("vm.power-on", "--vm", "app01", "--yes").expect(0)
    place["vesxi01"].commands.clear()
    told = reset(place, SNAPSHOT).expect(0)
    went = [step.partition(" ")[0] for step in steps(place["vesxi01"])]
    assert went == ["power.shutdown", "snapshot.revert", "mv", "reload", "power.on"]
    assert vmx(vm) == saved + b'c.d = "2"\n'
    assert vm.power == "poweredOn"
    [change] = [c for c in told.hosts["vesxi01"]["changes"] if c["target"] == "snapshot"]
    assert (change["vm"], change["after"], change["verified"]) == ("app01", "baseline", True)


MADE = "snapshot.[datastore1] app01/app01.vmx.baseline"


@pytest.mark.parametrize("text", [SNAPSHOT, NAMED])
def test_a_snapshot_that_ftlab_made_stays(place, text):
    """What it holds would be gone for good: only its own undo removes it."""
    made = place.cli.json("setting.set", MADE, "true", "--yes").expect(0)
    reset(place, text).expect(0)
    vm = place.vm("vesxi01", "app01")
    assert [each.name for each in vm.snapshots] == ["baseline"]
    place.cli("lab.undo", made.run, "--yes").expect(0)
    assert vm.snapshots == []


def test_a_named_vm_that_ftlab_registered_stays_registered(place):
    path = "[datastore1] app01/app01.vmx"
    vmid = place.vm("vesxi01", "app01").vmid
    place["vesxi01"].answer(("vim-cmd", "vmsvc/unregister", str(vmid)))
    place.cli("setting.set", f"registered.{path}", "true", "--yes").expect(0)
    reset(place, NAMED + 'vmx = { "c.d" = "2" }\npower = "on"\n').expect(0)
    assert place.vm("vesxi01", "app01").power == "poweredOn"


def test_a_snapshot_that_is_not_there_is_found_out_before_anything_is_touched(place):
    snapshot(place, "other")
    place["vesxi01"].commands.clear()
    told = reset(place, SNAPSHOT + f'[[state]]\nadvopt = {{ "{STREAM}" = 1 }}').expect(5)
    error = told.error("vesxi01")
    assert error["kind"] == "snapshot.notfound"
    assert "'other'" in error["hint"]
    assert steps(place["vesxi01"]) == []


def test_two_snapshots_of_one_name_are_refused(place):
    snapshot(place)
    snapshot(place)
    assert reset(place, SNAPSHOT).expect(5).error("vesxi01")["kind"] == "snapshot.ambiguous"


def test_apply_and_plan_leave_snapshots_alone(place):
    snapshot(place)
    place["vesxi01"].commands.clear()
    file = profile(place.cli, NAMED + 'snapshot = "baseline"')
    place.cli("lab.plan", "--profile", file).expect(0)
    place.cli("lab.apply", "--profile", file, "--yes").expect(0)
    assert steps(place["vesxi01"]) == []


def test_a_check_shows_every_step_and_takes_none(place):
    snapshot(place)
    place.cli("vm.power-on", "--vm", "app01", "--yes").expect(0)
    place.set_option("vesxi01", STREAM, "1")
    place["vesxi01"].commands.clear()
    before = tree(place.lab.directory)
    text = SNAPSHOT + f'[[state]]\nadvopt_default = ["{STREAM}"]'
    told = reset(place, text, "--check").expect(3)
    changes = told.hosts["vesxi01"]["changes"]
    assert [(c["target"], c["after"]) for c in changes] == [
        ("advopt", 0),
        ("power", "off"),
        ("snapshot", "baseline"),
        ("vmx", "2"),
        ("power", "on"),
    ]
    assert tree(place.lab.directory) == before
    assert steps(place["vesxi01"]) == []


def test_new_disks_keep_their_vmx_and_only_ftlabs_keys_go_back(place):
    vm = place.vm("vesxi01", "app01")
    place.cli(*VFT).expect(0)
    write_by_hand(place["vesxi01"], vm, '"app01.vmdk"', '"app01-000001.vmdk"')
    told = reset(place, NAMED).expect(0)
    assert vm.loaded.get("scsi0:0.fileName") == "app01-000001.vmdk"
    assert not vm.loaded.has("replay.allowFT")
    assert vm.loaded.get("replay.supported") == "FALSE"
    assert "its disks are not those of the backup" in told.hosts["vesxi01"]["facts"]["notes"][0]


def test_a_backup_that_is_gone_costs_only_the_other_keys(place):
    vm = place.vm("vesxi01", "app01")
    place.cli(*VFT).expect(0)
    [backup] = vm.file.parent.glob("*.ftlab-*")
    backup.unlink()
    write_by_hand(place["vesxi01"], vm, 'memSize = "1024"', 'memSize = "2048"')
    told = reset(place, NAMED).expect(0)
    assert not vm.loaded.has("replay.allowBTOnly")
    assert vm.loaded.get("memSize") == "2048"
    assert "cannot be read" in told.hosts["vesxi01"]["facts"]["notes"][0]


def test_a_reset_can_be_undone(place):
    vm = place.vm("vesxi01", "app01")
    place.cli(*VFT).expect(0)
    place.cli("vm.power-on", "--vm", "app01", "--yes").expect(0)
    place.cli("vm.power-off", "--vm", "app01", "--yes").expect(0)
    worked_on = vmx(vm)
    run = reset(place, NAMED + 'power = "on"').expect(0).run
    place.cli("lab.undo", run, "--yes").expect(0)
    assert vmx(vm) == worked_on
    assert vm.power == "poweredOff"
