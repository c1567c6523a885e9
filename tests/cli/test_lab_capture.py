"""``lab.capture``: a lab as a profile, on which ``lab.plan`` shows nothing until it drifts."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from cli_place import Place
from cli_runner import tree
from lab_bench import STREAM, TIMEOUT, connections, near, write_by_hand

from ftlab.sim import Fault

TEXT = "/FT/Vmknic"
NASTY = '"quoted" back\\slash ü \x7f end'


@pytest.fixture
def place(bench) -> Place:
    """Four 5.0 hosts; one option on three of them, another on one."""
    place = near(bench(hosts=4, versions=("5.0",) * 4))
    for name in ("vesxi01", "vesxi02", "vesxi03"):
        place.set_option(name, STREAM, "1")
    place.set_option("vesxi02", TIMEOUT, "77")
    for host in place.lab.sim.hosts:
        for path in ("/FT/Vmknic", "/Migrate/Vmknic"):
            place.set_option(host, path, "")
    return place


def saved(place: Place, *argv: str, name: str = "captured.toml") -> str:
    file = place.cli.home / name
    told = place.cli("lab.capture", "--out", str(file), *argv).expect(0)
    assert f"written to {file}" in told.out
    return str(file)


def test_each_state_stands_once_with_exactly_its_hosts(place):
    told = place.cli("lab.capture").expect(0)
    tables = tomllib.loads(told.out)["state"]
    assert [each for each in tables if "setting" not in each] == [
        {"hosts": "vesxi[01..03]", "advopt": {STREAM: 1}},
        {"hosts": "vesxi02", "advopt": {TIMEOUT: 77}},
    ]
    options = [each for each in tables if "advopt" in each]
    for table, count in zip(options, (3, 1), strict=True):
        listed = place.cli.json("hosts.list", "-l", table["hosts"]).expect(0)
        assert len(listed.hosts) == count


def test_a_plan_on_it_shows_nothing_until_something_drifts(place):
    file = saved(place, "--vm", "app0*", "--vm", "app01")
    told = place.cli.json("lab.plan", "--profile", file).expect(0)
    assert set(told.statuses.values()) == {"ok"}
    place.set_option("vesxi03", STREAM, "0")
    vm = place.vm("vesxi04", "app01")
    write_by_hand(place["vesxi04"], vm, 'replay.supported = "FALSE"', 'replay.supported = "maybe"')
    place["vesxi01"].answer(("vim-cmd", "vmsvc/power.on", str(place.vm("vesxi01", "app01").vmid)))
    told = place.cli.json("lab.plan", "--profile", file).expect(3)
    drift = {
        (host, change.get("key", change["target"]), change["before"], change["after"])
        for host, entry in told.hosts.items()
        for change in entry["changes"]
    }
    assert ("vesxi03", "advopt", 0, 1) in drift
    assert ("vesxi01", "power", "on", "off") in drift
    assert any(host == "vesxi04" and key == "replay.supported" for host, key, *_ in drift)
    assert len(drift) == 3


def test_it_reads_over_one_connection_each_and_changes_nothing(place):
    before = tree(place.lab.directory)
    with connections(place) as seen:
        place.cli("lab.capture", "--vm", "*").expect(0)
    assert set(seen.values()) == {1}
    after = tree(place.lab.directory)
    assert {name for name in after if after[name] != before.get(name)} == set()
    assert place.cli.json("lab.history").expect(0).document["runs"] == []


def test_vms_have_the_three_keys_and_their_power(place):
    told = place.cli("lab.capture", "--vm", "app02").expect(0)
    [table] = [each for each in tomllib.loads(told.out)["state"] if "vm" in each]
    keys = ["replay.supported", "replay.allowFT", "replay.allowBTOnly"]
    given = [*table.get("vmx", {}), *table.get("vmx_absent", [])]
    assert (table["hosts"], table["vm"], table["power"]) == ("vesxi[01..04]", "app02", "on")
    assert sorted(given) == sorted(keys)


def test_keys_and_options_can_be_named(place):
    told = place.cli(
        "lab.capture", "--vm", "app01", "--key", "displayName", "--key", "no.such",
        "--option", TIMEOUT,
    ).expect(0)  # fmt: skip
    tables = tomllib.loads(told.out)["state"]
    assert {TIMEOUT: 20} in [each.get("advopt") for each in tables]
    assert STREAM not in told.out
    [vm] = [each for each in tables if "vm" in each]
    assert vm["vmx"] == {"displayName": "app01"}
    assert vm["vmx_absent"] == ["no.such"]


def test_any_characters_come_back(place):
    place.set_option("vesxi01", TEXT, NASTY)
    vm = place.vm("vesxi01", "app01")
    vm.file.write_bytes(vm.file.read_bytes() + 'a.b = "x|22y\\z ü"\n'.encode())
    place["vesxi01"].answer(("vim-cmd", "vmsvc/reload", str(vm.vmid)))
    file = saved(place, "-l", "vesxi01", "--vm", "app01", "--key", "a.b")
    text = Path(file).read_text("utf-8")
    assert tomllib.loads(text)["state"][-1]["vmx"] == {"a.b": 'x"y\\z ü'}
    assert all(line.isprintable() for line in text.splitlines())
    place.cli.json("lab.plan", "--profile", file).expect(0)


def test_as_a_document_and_as_lines(place):
    told = place.cli.json("lab.capture", "--vm", "app01").expect(0)
    assert tomllib.loads(told.document["profile"])["state"]
    facts = told.hosts["vesxi02"]["facts"]
    assert {each["path"]: each["value"] for each in facts["options"]} == {STREAM: 1, TIMEOUT: 77}
    assert facts["vms"][0]["vm"] == "app01"
    *hosts, last = place.cli("lab.capture", "--jsonl").expect(0).out.splitlines()
    assert len(hosts) == 4
    assert tomllib.loads(json.loads(last)["profile"])["state"]


def test_a_file_that_is_there_is_replaced_only_with_yes(place):
    file = place.cli.home / "mine.toml"
    file.write_text("mine")
    with connections(place) as seen:
        told = place.cli("lab.capture", "--out", str(file)).expect(2)
    assert not any(seen.values())
    assert "is there already" in told.err
    assert file.read_text() == "mine"
    saved(place, "--yes", name="mine.toml")
    assert "[[state]]" in file.read_text()


def test_a_check_writes_no_file(place):
    file = place.cli.home / "new.toml"
    told = place.cli("lab.capture", "--out", str(file), "--check").expect(0)
    assert not file.exists()
    assert "is not written" in told.err


def test_a_host_that_does_not_answer_is_named_and_the_others_are_there(place):
    place["vesxi02"].faults.append(Fault("auth", times=None))
    told = place.cli("lab.capture").expect(4)
    assert told.out.startswith("# not captured: vesxi02\n")
    assert "vesxi02: unreachable: " in told.err
    tables = tomllib.loads(told.out)["state"]
    assert {each["hosts"] for each in tables} == {"vesxi[01,03]", "vesxi[01,03-04]"}


def test_a_vm_that_no_host_has_is_a_failure(place):
    told = place.cli.json("lab.capture", "--vm", "ap01").expect(5)
    assert "did you mean 'app01'" in told.error("vesxi01")["hint"]
    assert told.document["profile"] is None


def test_one_of_many_vms_that_cannot_be_read_is_left_out_with_a_note(place):
    vmid = place.vm("vesxi02", "app01").vmid
    null = b"Configuration:\n\n(vim.vm.ConfigInfo) null\n"
    place["vesxi02"].faults.append(
        Fault(f"vim-cmd vmsvc/get.config {vmid}", times=None, what="lie", stdout=null)
    )
    told = place.cli.json("lab.capture", "-l", "vesxi02", "--vm", "*").expect(0)
    facts = told.hosts["vesxi02"]["facts"]
    names = {vm["name"] for vm in facts["vms"]}
    assert names
    assert "app01" not in names
    left = "VM app01: the host has no configuration of this VM now: left out"
    assert [note for note in facts["notes"] if "app01" in note] == [left]
    named = place.cli.json("lab.capture", "-l", "vesxi02", "--vm", "app01").expect(5)
    assert named.hosts["vesxi02"]["error"]["kind"] == "parse"


def test_a_host_none_of_whose_vms_can_be_read_is_a_failure(place):
    strange = b"(vim.vm.ConfigInfo2) {\n   x = 1\n}\n"
    place["vesxi02"].faults.append(
        Fault("vim-cmd vmsvc/get.config ", times=None, what="lie", stdout=strange)
    )
    told = place.cli.json("lab.capture", "-l", "vesxi02", "--vm", "*").expect(5)
    assert told.hosts["vesxi02"]["error"]["kind"] == "parse"


@pytest.mark.parametrize("what", ["cut", "hang"])
def test_a_connection_that_dies_leaves_no_vm_out(place, what):
    vmid = place.vm("vesxi02", "app01").vmid
    place["vesxi02"].faults.append(Fault(f"vim-cmd vmsvc/get.config {vmid}", None, what))
    told = place.cli.json("lab.capture", "-l", "vesxi02", "--vm", "*", "--timeout", "2").expect(5)
    assert told.statuses == {"vesxi02": "failed"}


def test_keys_without_a_vm_are_a_usage_error(typed):
    assert "--vm" in typed("lab.capture", "--key", "a").expect(2).err
    for key in ("bad key", 'a"b', "a=b", "a#b", "\udcff"):
        told = typed("lab.capture", "--vm", "app01", "--key", "a", "--key", key).expect(2)
        assert "cannot be a VMX key" in told.err
        assert told.out == ""
    assert "--out" in typed("lab.capture", "--out", "/no/such/x.toml").expect(2).err
    assert "advanced option" in typed("lab.capture", "--option", "NetTimeout").expect(2).err


def test_old_hosts_tell_no_defaults(module_bench):
    place = near(module_bench(hosts=2, versions=("4.1", "8.0")))
    told = place.cli("lab.capture", "-l", "vesxi01").expect(0)
    assert not any("advopt" in each for each in tomllib.loads(told.out)["state"])
    assert "does not tell the defaults" in told.err
    alone = place.cli("lab.capture", "-l", "vesxi01", "--setting", "hostname").expect(0)
    assert alone.out == "# nothing was captured\n"
    assert "hostname does not exist on VMware ESXi 4.1" in alone.err
    file = place.cli.home / "both.toml"
    place.cli("lab.capture", "--vm", "app01", "--option", TIMEOUT, "--out", str(file)).expect(0)
    place.cli.json("lab.plan", "--profile", str(file)).expect(0)


def test_every_setting_is_captured_and_planned_as_nothing(place):
    """A place in a name stands for all that the host lists."""
    told = place.cli.json("lab.capture").expect(0)
    facts = {each["path"]: each["value"] for each in told.hosts["vesxi02"]["facts"]["settings"]}
    assert facts["hostname"] == "vesxi02"
    assert facts["dns.servers"] == []
    tables = tomllib.loads(told.document["profile"])["state"]
    names = [each["setting"].get("hostname") for each in tables if "setting" in each]
    assert "{{ inventory_hostname_short }}" in names
    file = place.cli.home / "all.toml"
    file.write_text(told.document["profile"])
    place.cli("lab.plan", "--profile", str(file)).expect(0)
    place["vesxi03"].answer(("esxcli", "system", "hostname", "set", "--host=other"))
    drift = place.cli.json("lab.plan", "--profile", str(file)).expect(3)
    [change] = drift.hosts["vesxi03"]["changes"]
    assert (change["path"], change["before"], change["after"]) == ("hostname", "other", "vesxi03")


def test_settings_can_be_named(place):
    told = place.cli("lab.capture", "--setting", "hostname", "--setting", "domain").expect(0)
    tables = tomllib.loads(told.out)["state"]
    assert {name for each in tables for name in each["setting"]} == {"hostname", "domain"}
    assert not any("advopt" in each for each in tables)
    place.cli("lab.capture", "--setting", "hostnam").expect(2)
