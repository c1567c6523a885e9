"""Which VMs a user means, and the small things under every parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ParseError, Refused, UsageError
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.selector import select
from ftlab.esxi.text import lines, unix, unreadable


def vm(vmid: int, name: str, path: str = "") -> VmEntry:
    return VmEntry(vmid, name, path or f"[ds] {vmid}/{vmid}.vmx", "otherGuest", "vmx-08")


LAB = [
    vm(1, "db01"),
    vm(11, "db02"),
    vm(2, "DB03"),
    vm(3, "db[12]"),
    vm(4, "vmid:1"),
    vm(5, "twin"),
    vm(6, "twin"),
    vm(7, "d", "[db] x/x.vmx"),
    vm(8, "[ds] 1/1.vmx"),
    vm(9, "*"),
]


@pytest.mark.parametrize(
    ("wanted", "vmids"),
    [
        ("db01", [1]),
        ("db*", [1, 11, 3]),
        ("db0?", [1, 11]),
        ("[dD]*0[1-3]", [1, 11, 2]),
        ("db[12]", [3]),
        ("*", [9]),
        ("**", [1, 11, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("vmid:1", [1]),
        ("vmid:11", [11]),
        ("vmid:007", [7]),
        ("vmid:99", []),
        ("[db] x/x.vmx", [7]),
        ("[ds] 1/1.vmx", [1]),
        ("[ds] 9/0.vmx", []),
        ("[d] x/x.vmx", []),
        ("twin*", [5, 6]),
        ("nothing", []),
        ("", []),
        ("db1", []),
    ],
)
def test_what_a_word_selects(wanted: str, vmids: list[int]) -> None:
    assert [found.vmid for found in select(LAB, wanted)] == vmids


def test_a_path_that_is_not_here_is_no_glob() -> None:
    assert select([vm(1, "d db.vmx")], "[d] db.vmx") == []
    assert select([vm(1, "d db.vmtx")], "[d] db.vmtx") == []
    assert select([vm(1, "d DB.VMX")], "[d] DB.VMX") == []
    assert [one.vmid for one in select([vm(1, "d db")], "[d] db")] == [1]


def test_two_vms_of_one_name_are_named() -> None:
    with pytest.raises(Refused) as caught:
        select(LAB, "twin")
    assert caught.value.kind == "vm.ambiguous"
    assert str(caught.value) == ("2 VMs are named 'twin': vmid:5 [ds] 5/5.vmx, vmid:6 [ds] 6/6.vmx")
    assert caught.value.evidence["candidates"] == [
        {"vmid": 5, "path": "[ds] 5/5.vmx"}, {"vmid": 6, "path": "[ds] 6/6.vmx"},
    ]  # fmt: skip
    assert caught.value.hint == "name one by its vmid or its path"


@pytest.mark.parametrize(
    "wanted", ["vmid:", "vmid:x", "vmid:-1", "vmid:1 ", "vmid:٣", "vmid:" + "1" * 19]
)
def test_a_number_that_is_none(wanted: str) -> None:
    with pytest.raises(UsageError) as caught:
        select(LAB, wanted)
    assert caught.value.kind == "usage.vm"
    assert (str(caught.value), caught.value.hint) == (
        f"not a VM number: {wanted!r}",
        "write vmid:12",
    )


@given(st.text())
def test_every_vm_can_be_named_by_its_own_name(name: str) -> None:
    if name.startswith("vmid:"):
        return
    assert select([vm(1, name), vm(2, name + "x")], name) == [vm(1, name)]


def test_lines_end_at_line_feeds_only() -> None:
    assert lines("a\r\nb\x0bc\x85d\u2028e\rf\n\ng") == ["a", "b\x0bc\x85d\u2028e\rf", "", "g"]
    assert lines("a\n\n") == ["a", ""]
    assert lines("") == []
    assert unix("a\r\r\nb\r") == "a\r\nb\r"


def test_an_error_shows_its_line() -> None:
    error = unreadable("what", "one\r\ntwo\n" + "x" * 300, 3, 7)
    assert isinstance(error, ParseError)
    assert error.evidence == {"line": 3, "column": 7, "text": "x" * 200}
    assert str(error) == f"what (line 3, column 7: {'x' * 200!r})"
    assert unreadable("what", "one\r\ntwo").evidence == {"line": 1, "column": 1, "text": "one"}
    assert unreadable("what", "one", 2).evidence["text"] == ""
