"""What the tables of a profile come to for one host."""

from __future__ import annotations

import pytest

from ftlab.errors import Refused
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.ops.profiles.desired import wanted_options, wanted_vms
from ftlab.profile import ProfilePlace, State

HERE = ProfilePlace("lab.toml")


def vm(vmid: int, name: str) -> VmEntry:
    return VmEntry(vmid, name, f"[ds] {name}/{vmid}.vmx", "otherGuest", "vmx-08")


VMS = [vm(1, "db01"), vm(2, "db02"), vm(3, "web")]


def state(**fields) -> State:
    return State(HERE, **fields)


def test_the_last_wish_for_an_option_counts():
    tables = [state(options={"/A/B": 1, "/C/D": 2}), state(options={"/A/B": None})]
    assert wanted_options(tables) == {"/A/B": None, "/C/D": 2}


def test_an_option_is_the_same_in_any_case():
    tables = [state(options={"/A/B": 1, "/C/D": 2}), state(options={"/a/b": 3})]
    assert wanted_options(tables, {"/A/b": 0, "/E/F": 4}) == {"/a/b": 3, "/C/D": 2, "/E/F": 4}


def test_the_last_wish_for_a_key_counts_in_any_case():
    tables = [
        state(vm="db*", keys={"Key": "old", "other": "x"}, power="on", snapshot="one"),
        state(vm="db01", keys={"kEY": None}, power="off"),
    ]
    first, second = wanted_vms(tables, VMS)
    assert (first.vm.name, first.keys) == ("db01", (("kEY", None), ("other", "x")))
    assert (first.power, first.snapshot) == ("off", "one")
    assert (second.vm.name, second.keys) == ("db02", (("Key", "old"), ("other", "x")))
    assert second.power == "on"


def test_vms_that_no_table_names_are_not_there():
    assert wanted_vms([state(vm="db*")], VMS) == wanted_vms([state(vm="db*")], VMS[:2])
    assert wanted_vms([state(options={"/A/B": 1})], VMS) == []


def test_only_narrows_and_never_widens():
    found = wanted_vms([state(vm="db*")], VMS, ["db02", "web"])
    assert [wanted.vm.name for wanted in found] == ["db02"]
    assert wanted_vms([state(vm="db*")], VMS, ["nothing"]) == []


def test_two_vms_of_one_name_are_refused():
    with pytest.raises(Refused, match="2 VMs are named 'db01'"):
        wanted_vms([state(vm="db01")], [*VMS, vm(4, "db01")])
