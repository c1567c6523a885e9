"""``vm.*``: which VMs there are, whom ``--vm`` means, and their power."""

from __future__ import annotations

import pytest
from cli_place import Bench, Place
from lab_bench import near

from ftlab.sim import Fault
from ftlab.sim.model.lab import NASTY_DATASTORE, NASTY_VMS, add_datastore, add_vm
from ftlab.sim.vms.vm import Question

STORE = "ds (4): old"


@pytest.fixture(scope="module")
def crowded(module_bench: Bench) -> Place:
    """A host of each age with awkward VMs and two of one name. Only to be read."""
    place = module_bench(versions=("4.1", "8.0"))
    for host in place.lab.sim.hosts.values():
        add_datastore(host, STORE)
        for name, path, annotation in NASTY_VMS:
            extra = [("annotation", annotation)] if annotation else []
            add_vm(host, f"[{STORE}] {path}", name, extra=extra)
        for folder in ("twin", "twin_1"):
            add_vm(host, f"[datastore1] {folder}/twin.vmx", "twin")
    return place


@pytest.fixture(scope="module")
def listed(crowded: Place):
    """Lists of several choices, asked at the same time."""
    calls = {
        "all": ("vm.list",),
        "name": ("vm.list", "--vm", "app01", "-l", "vesxi01"),
        "glob": ("vm.list", "--vm", "app*", "-l", "vesxi01"),
        "path": ("vm.list", "--vm", "[datastore1] twin_1/twin.vmx", "-l", "vesxi01"),
        "vmid": ("vm.list", "--vm", "vmid:1", "-l", "vesxi01"),
        "two": ("vm.list", "--vm", "app01", "--vm", "Jump Box", "-l", "vesxi02"),
        "ambiguous": ("vm.list", "--vm", "twin"),
        "no vmid": ("vm.list", "--vm", "vmid:4711", "-l", "vesxi01"),
    }
    return dict(zip(calls, crowded.cli.together(*calls.values()), strict=True))


def test_every_vm_is_listed_exactly(listed, crowded: Place):
    ran = listed["all"].expect(0)
    for name, host in ran.hosts.items():
        found = {vm["vmid"]: vm for vm in host["facts"]["vms"]}
        real = {vm.vmid: vm for vm in crowded[name].vms}
        assert {i: (vm["name"], vm["path"]) for i, vm in found.items()} == {
            i: (vm.name, vm.place) for i, vm in real.items()
        }
        notes = {vm["name"]: vm["annotation"] for vm in found.values()}
        assert {n: notes[n].rstrip() for n, _, _ in NASTY_VMS} == {n: a for n, _, a in NASTY_VMS}


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ("name", ["app01"]),
        ("glob", ["app01", "app02"]),
        ("path", ["twin"]),
        ("vmid", ["app01"]),
        ("two", ["Jump Box", "app01"]),
    ],
)
def test_vm_means_name_glob_path_or_vmid(listed, choice, names):
    (host,) = listed[choice].expect(0).hosts.values()
    assert sorted(vm["name"] for vm in host["facts"]["vms"]) == names
    assert all(isinstance(vm["vmid"], int) for vm in host["facts"]["vms"])


def test_an_ambiguous_name_fails_naming_both(listed):
    ran = listed["ambiguous"].expect(5)
    for name in ran.hosts:
        error = ran.error(name)
        assert error["kind"] == "vm.ambiguous"
        assert "[datastore1] twin/twin.vmx" in error["message"] + error["hint"]
        assert "[datastore1] twin_1/twin.vmx" in error["message"] + error["hint"]


def test_a_vmid_that_is_not_there(listed):
    assert listed["no vmid"].expect(5).error("vesxi01")["kind"] == "vm.notfound"


@pytest.mark.parametrize("store", [STORE, NASTY_DATASTORE])
def test_awkward_names_and_folders_can_be_written_to(bench: Bench, store):
    place = near(bench(hosts=1, versions=("7.0 U1",)))
    name, folder, _ = next(each for each in NASTY_VMS if "$x" in each[1])
    add_datastore(place["vesxi01"], store)
    vm = add_vm(place["vesxi01"], f"[{store}] {folder}", name)
    place.cli.json("vmx.set", "--vm", vm.place, "--set", "ftlab.key=1", "-y").expect(0)
    assert vm.loaded.get("ftlab.key") == "1"


def test_power_on_off_and_again(bench: Bench):
    place = near(bench())
    one = ("--vm", "app01", "-l", "vesxi01", "-y")
    vm = place.vm("vesxi01", "app01")
    ran = place.cli.json("vm.power-on", *one).expect(0)
    (change,) = ran.hosts["vesxi01"]["changes"]
    assert (change["before"], change["after"], change["verified"]) == ("off", "on", True)
    assert vm.power == "poweredOn"
    assert place.cli.json("vm.power-on", *one).expect(0).statuses == {"vesxi01": "ok"}
    vm.guest = "tools"
    place.cli.json("vm.power-off", *one).expect(0)
    assert vm.power == "poweredOff"
    assert place.seen("vesxi01", "vim-cmd", "vmsvc/power.off") == 0  # the guest went by itself
    assert place.cli.json("vm.power-off", *one).expect(0).statuses == {"vesxi01": "ok"}


@pytest.mark.parametrize("guest", ["none", "stubborn"])
def test_a_guest_that_does_not_go_is_powered_off_hard(bench: Bench, guest):
    place = near(bench())
    vm = place.vm("vesxi01", "app02")
    vm.guest = guest
    flags = ("--vm", "app02", "-l", "vesxi01", "-y", "--guest-wait", "0.3")
    ran = place.cli.json("vm.power-off", *flags).expect(0)
    assert vm.power == "poweredOff"
    assert "VM app02: the guest did not" in " ".join(ran.hosts["vesxi01"]["facts"]["notes"])


def test_a_power_on_that_is_only_claimed_is_no_success(bench: Bench):
    place = near(bench())
    place["vesxi01"].faults.append(Fault("vim-cmd vmsvc/power.on", what="error", exit=1,
                                         stdout=b"Power on failed\n"))  # fmt: skip
    ran = place.cli.json("vm.power-on", "--vm", "app01", "-l", "vesxi01", "-y").expect(5)
    assert ran.hosts["vesxi01"]["changes"][0]["verified"] is False


def test_reload_loads_what_is_in_the_file(bench: Bench):
    place = near(bench())
    vm = place.vm("vesxi01", "app01")
    vm.file.write_bytes(vm.file.read_bytes() + b'ftlab.key = "1"\n')
    place.cli.json("vm.reload", "--vm", "app01", "-l", "vesxi01", "-y").expect(0)
    assert vm.loaded.get("ftlab.key") == "1"


def test_a_vm_that_the_host_cannot_read_is_noted_and_hides_no_other(bench: Bench):
    place = near(bench())
    vm = place.vm("vesxi01", "app01")
    vm.file.write_bytes(vm.file.read_bytes() + b'memSize = "1"\n')
    place["vesxi01"].vms.crash()  # the agent starts anew and meets the duplicate key
    ran = place.cli.json("vm.list", "-l", "vesxi01").expect(0)
    facts = ran.hosts["vesxi01"]["facts"]
    assert [vm["name"] for vm in facts["vms"]] == ["app02"]
    assert "invalid" in " ".join(facts["notes"])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (None, "VM app01: vim-cmd vmsvc/power.on 1 ended with 1: no room"),
        (
            Question("0", "msg.moved", "Moved or copied?", ("Moved", "Copied")),
            "VM app01 waits for an answer",
        ),
    ],
)
def test_an_error_names_the_vm(bench: Bench, question, words):
    place = near(bench())
    place.vm("vesxi01", "app01").question = question
    place["vesxi01"].faults.append(Fault("vim-cmd vmsvc/power.on", what="error", exit=1,
                                         stderr=b"no room\n"))  # fmt: skip
    ran = place.cli.json("vm.power-on", "--vm", "app01", "-l", "vesxi01", "-y").expect(5)
    assert words in ran.error("vesxi01")["message"]
    if question:
        assert "--vm vmid:1 --limit vesxi01 --choice" in ran.error("vesxi01")["hint"]


def test_the_list_shows_power_and_role_and_counts_ids_as_numbers(bench: Bench):
    place = bench(hosts=2, pairs=1, versions=("5.0", "5.0"))
    for number in range(12):
        add_vm(place["vesxi01"], f"[datastore1] more{number}/more.vmx", f"more{number}")
    place.vm("vesxi01", "more3").power = "suspended"
    listed = place.cli.json("vm.list").expect(0).hosts
    ids = [vm["vmid"] for vm in listed["vesxi01"]["facts"]["vms"]]
    assert ids == sorted(ids)
    assert max(ids) > 9
    found = {vm["name"]: vm for vm in listed["vesxi01"]["facts"]["vms"]}
    words = {"poweredOn": "on", "poweredOff": "off", "suspended": "suspended"}
    for vm in place["vesxi01"].vms:
        assert found[vm.name]["power"] == words[vm.power]
    roles = {
        name: {vm["name"]: vm["role"] for vm in host["facts"]["vms"]}
        for name, host in listed.items()
    }
    paired = next(name for name, role in roles["vesxi01"].items() if role)
    assert {roles[host][paired] for host in roles} == {"primary", "secondary"}
    shown = place.cli("vm.list", env={"COLUMNS": "200"}).expect(0).out
    head = shown.splitlines()[0].split()
    assert head[:5] == ["HOSTS", "VMID", "NAME", "POWER", "FT"]
    assert "HARDWARE" in head
    assert "VERSION" not in head


def test_a_vm_that_says_nothing_of_its_power_is_listed_all_the_same(bench: Bench):
    place = bench()
    place["vesxi01"].faults.append(Fault("vim-cmd vmsvc/get.summary", None))
    vms = place.cli.json("vm.list").expect(0).hosts["vesxi01"]["facts"]["vms"]
    assert {vm["power"] for vm in vms} == {None}
    assert place.cli("vm.list").expect(0).out.splitlines()[0].split()[:3] == [
        "HOSTS",
        "VMID",
        "NAME",
    ]
