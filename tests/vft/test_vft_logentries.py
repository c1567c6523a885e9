"""Which lines of a host's log are about one VM, in the forms of several releases."""

from __future__ import annotations

import pytest

from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.logs.entries import concerning, migration_ids, of_nobody
from ftlab.esxi.logs.signatures import findings

DB01 = VmEntry(7, "db01", "[nfs 1] data/db01.vmx", "otherGuest", "vmx-08")
DUMP = ("(vim.fault.FileLocked) {", "   file = <unset>", "}")


def names(lines: list[str]) -> list[str]:
    return [finding.signature.name for finding in findings(lines)]


def test_what_names_nobody_is_shown_and_is_no_evidence() -> None:
    nobody = ["WARNING: VMotionUtil: 683: closed", "SSL certificate verify failed"]
    mine, other = "Failed to lock db01.vmdk", "Migrate of /vmfs/volumes/ds/app/app.vmx failed"
    lines = [*nobody, mine, other, "all is well"]
    assert concerning(lines, DB01) == [mine]
    assert of_nobody(lines, DB01) == nobody


@pytest.mark.parametrize(
    "line",
    [
        "vMotion migration [ac1e0050:1312133702562144] failed",
        "vMotion migration [a0a0a1e:1312133702562144] failed",  # 10.10.10.30: no leading zero
        "vMotion migration [1010101:1312133702562144] failed",
        "vMotion migration [0:1312133702562144] failed",
        "vMotion migration [ffffffffac1e0050:1312133702562144] failed",
        "vMotion migration [168099940:1312133702562144] failed",
        "vMotion migration [-1407317759:1312133702562144] failed",
        "MigrateSetInfo: state=8 srcIp=<10.0.0.1> dstIp=<10.0.0.2> mid=1312133702562144 uuid=5",
        "Received migrate 'from' request for mid id 1312133702562144, src ip <10.0.0.1>",
        "migrationId = 1312133702562144,",
        "WARNING: VMotionRecv: 2618: 1312133702562144 D: World 737163 waited 23.6 seconds",
        "Migrate: vm 2758492: 3284: Setting VMOTION info: Source ts = 1312133702562144, src ip = x",
        "info hostd[A1] [Originator@6876 sub=Vcsvc.VMotionSrc (1312133702562144)] ResolveCb: x",
        "Hostd[20]: [Originator@6876 sub=Vcsvc.VMotionDst.1312133702562144 opID=5] ResolveCb: x",
        "info 'vm:x' opID=F6] VMotionPrepare (1312133702562144): Sending 'to' srcIp=<10.0.0.1>",
    ],
)
def test_the_id_of_a_migration_in_the_words_of_each_log(line: str) -> None:
    assert migration_ids(["VMotion: 12 of 34 pages", line]) == {"1312133702562144"}


def test_a_migration_of_the_vm_brings_the_kernels_lines() -> None:
    mine = "2015-12-25T16:39:25.567Z cpu4:27)VMotion: 2734: 1451061663105920 S: aborted"
    other = "2015-12-25T16:39:25.568Z cpu4:27)VMotion: 2734: 1451061663105921 S: aborted"
    assert concerning([mine, other], DB01, migrations={"1451061663105920"}) == [mine]
    named = "2015-12-25T16:39:25.560Z info vm:/vmfs/volumes/5/data/db01.vmx] migrationId = "
    first = f"{named}1451061663105920"
    assert concerning([first, mine, other], DB01) == [first, mine]


def test_the_worlds_of_a_migrating_vm_are_its_own() -> None:
    begun = (
        "2015-12-25T16:39:25.565Z cpu4:2758489)Migrate: vm 2758492: 3284: Setting VMOTION info: "
        "Source ts = 1451061663105920, src ip = <10.0.0.1> Dest wid = 1830931"
    )
    later = "2015-12-25T16:39:26.000Z cpu1:2758492)Swap: vm 2758492: 3109: out of swap"
    other = "2015-12-25T16:39:26.000Z cpu1:2758499)Swap: vm 2758499: 3109: out of swap"
    task = later.replace("2758492)", "2758492 opID=d5991c6f)")
    kept = concerning([begun, later, task, other], DB01, migrations={"1451061663105920"})
    assert kept == [begun, later, task]


def test_a_uuid_names_the_vm() -> None:
    line = "2018-07-05T21:06:22.870Z info hostd[A6] instanceUuid = 52f2-9c error"
    assert concerning([line], DB01, uuids=("52f2-9c", "")) == [line]
    assert concerning([line], DB01) == []


def test_a_dump_belongs_to_the_line_above_it() -> None:
    """The format of hostd.log, as captured on 5.1."""
    mine = ["[vm:/vmfs/volumes/51/db01/db01.vmx] Power On failed:", "--> (vim.fault.FileLocked) {",
            "-->    file = <unset>", "--> }"]  # fmt: skip
    other = ["[vm:/vmfs/volumes/51/app/app.vmx] Power On failed:", "--> (vim.fault.NoDiskSpace) {"]
    kept = concerning([*other, *mine, *other, "--> name = 'db01'"], DB01)
    assert kept == [*mine, *other, "--> name = 'db01'"]  # an entry that names it is kept whole
    assert names(kept) == ["disk-locked"]


def test_the_reason_below_an_entry_whose_first_line_names_nobody() -> None:
    """As hostd.log of 6.5 has a failed migration."""
    entry = [
        "2018-07-05T21:06:22.870Z info hostd[A6C2B70] [Originator@6876 sub=Vimsvc] Event 1 :",
        "--> Failed to establish transport connection (9): There is no VMware process running for",
        "--> config file /vmfs/volumes/5/data/db01.vmx.",
        "--> The source detected that the destination failed to resume.",
    ]
    next_one = "2018-07-05T21:06:23.000Z info hostd[A6C2B70] something else"
    assert concerning([*entry, next_one], DB01) == entry


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
        ("Failed to lock db01-clone.vmdk", False),
        ("Failed to lock db01-clone/db01-clone.vmdk", False),
        ("Failed to lock db01-000002-delta.vmdk", True),
        ("could not start db01.", True),
        ("could not start db01.lab", False),
        ("Starting world vmm0:db01", True),
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
