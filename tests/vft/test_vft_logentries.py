"""Which lines of a host's log are about one VM, in the forms of several releases."""

from __future__ import annotations

import pytest

from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.logs.entries import concerning
from ftlab.esxi.logs.signatures import findings

DB01 = VmEntry(7, "db01", "[nfs 1] data/db01.vmx", "otherGuest", "vmx-08")
DUMP = ("(vim.fault.FileLocked) {", "   file = <unset>", "}")


def names(lines: list[str]) -> list[str]:
    return [finding.signature.name for finding in findings(lines)]


def test_lines_that_concern_a_vm() -> None:
    lines = ["WARNING: VMotionUtil: 683: closed", "Failed to lock db01.vmdk", "host certificate x"]
    assert concerning([*lines, "Failed to lock app.vmdk"], DB01) == lines


def test_a_dump_belongs_to_the_line_above_it() -> None:
    """The format of hostd.log, as captured on 5.1."""
    mine = ["[vm:/vmfs/volumes/51/db01/db01.vmx] Power On failed:", "--> (vim.fault.FileLocked) {",
            "-->    file = <unset>", "--> }"]  # fmt: skip
    other = ["[vm:/vmfs/volumes/51/app/app.vmx] Power On failed:", "--> (vim.fault.NoDiskSpace) {"]
    kept = concerning([*other, *mine, *other, "--> name = 'db01'"], DB01)
    assert kept == [*mine, "--> name = 'db01'"]
    assert names(kept) == ["disk-locked"]


@pytest.mark.parametrize(
    ("first", "below"),
    [
        ("[2010-06-30 08:48:44.187 F64A3B90 info '{}'] Failed:", "{}"),
        ("[2009-07-29 13:20:10.401 '{}' 114699 info] Failed:", "{}"),
        ("2011-07-31T17:31:39.314Z [6FE81B90 info '{}'] Failed:", "--> {}"),
        ("2018-07-05T21:06:22.870Z info hostd[A6C2B70] [Originator@6876 sub={}] Failed:", "--> {}"),
        ("2023-04-10T08:15:02.123Z In(166) Hostd[2099566]: [Originator@6876 sub={}] Failed:",
         "2023-04-10T08:15:02.123Z In(166) Hostd[2099566]: --> {}"),
        ("Jul 10 11:10:54 Hostd: [2010-07-10 11:10:54.187 F64A3B90 info '{}'] Failed:",
         "Jul 10 11:10:54 Hostd: --> {}"),
        ("Jul  1 11:10:54 esx01.lab Hostd: [61C18B90 info '{}'] Failed:",
         "Jul  1 11:10:54 esx01.lab Hostd: --> {}"),
    ],
)  # fmt: skip
def test_dumps_in_the_logs_of_each_release(first: str, below: str) -> None:
    dump = [below.format(line) for line in DUMP]
    mine = [first.format("vm:/vmfs/volumes/51e-0/data/db01.vmx"), *dump]
    other = [first.format("vm:/vmfs/volumes/51e-0/db010/db010.vmx"), *dump]
    assert concerning([*dump, *mine, *other], DB01) == mine
    assert concerning([*other, *other], DB01) == []


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Vmsvc.vm:/vmfs/volumes/5b2cf72d-c314ef74/data/x.vmx] State Transition", True),
        ("Vmsvc.vm:/vmfs/volumes/5b2cf72d-c314ef74/more/data/x.vmx] State Transition", False),
        ("Vmsvc.vm:/vmfs/volumes/5b2cf72d-c314ef74/data2/x.vmx] State Transition", False),
        ("Task Completed : haTask-7-vim.VirtualMachine.powerOn-12 Status error", True),
        ("Task Completed : haTask-17-vim.VirtualMachine.powerOn-7 Status error", False),
        ("Failed to lock db01-flat.vmdk", True),
        ("Failed to lock db01_1.vmdk", True),
        ("Failed to lock db011.vmdk", False),
        ("Failed to lock mydb01.vmdk", False),
        ("Registered [nfs 1] data/db01.vmx", True),
    ],
)
def test_a_vm_has_several_names(line: str, kept: bool) -> None:
    assert bool(concerning([line], DB01)) is kept


def test_a_vm_without_a_folder_or_a_name() -> None:
    bare = VmEntry(1, "", "[] /vmfs/volumes/51e-0/a (1)/a.vmx", "", "")
    assert concerning(["x", "of /vmfs/volumes/ds/a (1)/b"], bare) == ["of /vmfs/volumes/ds/a (1)/b"]
    assert concerning(["x", "[ds] a.vmx"], VmEntry(1, "", "[ds] a.vmx", "", "")) == ["[ds] a.vmx"]


def test_in_a_log_without_times_each_line_stands_alone() -> None:
    assert concerning(["about db01", "Failed to lock app.vmdk"], DB01) == ["about db01"]
