"""Reading only what a log got since a moment: rotated, cut short, linked, missing, odd bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from direct_session import DirectSession
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlab.engine.context import Context
from ftlab.ops.vft.logs import tail as logs
from ftlab.ops.vft.logs.tail import CAP, Tail, own_logs
from ftlab.ops.vms.listing import find_vms
from ftlab.sim import SimHost, SimLab
from ftlab.sim.model.machine import rotate


@pytest.fixture
def host(tmp_path: Path) -> SimHost:
    return SimLab(tmp_path, hosts=1, versions=["5.0"], pairs=0, vms=1)["vesxi01"]


def tail_of(host: SimHost) -> Tail:
    context = Context(DirectSession(host))
    tail = Tail(context, find_vms(context, ("app01",))[0])
    tail.begin()
    return tail


def vmware_log(host: SimHost) -> Path:
    return next(iter(host.vms)).file.parent / "vmware.log"


def add(file: Path, data: bytes) -> None:
    with file.open("ab") as stream:
        stream.write(data)


def read(tail: Tail) -> list[str]:
    tail.read()
    return tail.own_lines


def test_only_what_is_new_is_read(host: SimHost) -> None:
    tail = tail_of(host)
    assert read(tail) == []
    add(vmware_log(host), b"one\ntw")
    assert read(tail) == ["one", "tw"]
    add(vmware_log(host), b"o\n")
    assert read(tail) == ["one", "two"]


def test_no_byte_is_asked_for_twice(host: SimHost) -> None:
    tail = tail_of(host)
    add(vmware_log(host), b"one\n")
    tail.read()
    session = tail.context.session
    assert isinstance(session, DirectSession)
    sent = len(session.sent)
    tail.read()
    assert [c.argv[0] for c in session.sent[sent:]] == ["stat"]


def test_a_rotated_log_is_read_to_its_end_and_the_new_one_from_its_start(host: SimHost) -> None:
    tail = tail_of(host)
    add(vmware_log(host), b"the last of the old life\n")
    rotate(vmware_log(host).parent)
    add(vmware_log(host), b"the first of the new\n")
    assert read(tail) == ["the last of the old life", "the first of the new"]
    add(vmware_log(host), b"more\n")
    assert read(tail)[-2:] == ["the first of the new", "more"]


def test_a_log_rotated_twice_between_two_looks(host: SimHost) -> None:
    tail = tail_of(host)
    add(vmware_log(host), b"first\n")
    rotate(vmware_log(host).parent)
    add(vmware_log(host), b"lost between\n")
    rotate(vmware_log(host).parent)
    add(vmware_log(host), b"last\n")
    assert read(tail) == ["first", "last"]


def test_a_log_emptied_in_place_is_read_from_its_start(host: SimHost) -> None:
    tail = tail_of(host)
    vmware_log(host).write_bytes(b"anew\n")
    assert read(tail) == ["anew"]


def test_a_log_that_is_not_there_yet(host: SimHost) -> None:
    vmware_log(host).unlink()
    tail = tail_of(host)
    assert read(tail) == []
    add(vmware_log(host), b"born\n")
    assert read(tail) == ["born"]


def test_crlf_and_bytes_that_are_not_utf8(host: SimHost) -> None:
    tail = tail_of(host)
    add(vmware_log(host), b"a\r\n\xff\xfe failed\r\n")
    assert read(tail) == ["a", "\udcff\udcfe failed"]


def test_a_flood_is_cut_to_its_newest_part(host: SimHost) -> None:
    tail = tail_of(host)
    add(vmware_log(host), b"x" * 99 + b"\n" + b"y\n" * CAP)
    found = read(tail)
    assert found[0] != "x" * 99
    assert sum(len(line) + 1 for line in found) <= CAP


def test_links_are_followed(host: SimHost) -> None:
    """From 5.0 on /var/log holds links to the scratch partition."""
    log, scratch = host.root / "var/log/vmkernel.log", host.root / "scratch.log"
    log.rename(scratch)
    log.symlink_to(os.path.relpath(scratch, log.parent))
    tail = tail_of(host)
    add(scratch, b"World of app01: late\n")
    tail.read()
    assert tail.host_lines == ["World of app01: late"]


def test_two_names_of_one_log_count_once(host: SimHost) -> None:
    (host.root / "var/log/messages").symlink_to("vmkernel.log")
    tail = tail_of(host)
    host.log("vmkernel", "app01: once")
    tail.read()
    assert len([line for line in tail.host_lines if "once" in line]) == 1


def test_of_the_hosts_logs_only_what_names_the_vm_or_its_migration(host: SimHost) -> None:
    tail = tail_of(host)
    add(vmware_log(host), b"MigrateSetInfo: state=8 mid=1351180724378001 uuid=1\n")
    host.log("hostd", "Failed to lock the file of other99")
    host.log("hostd", "Failed to lock the file of app01")
    host.log("vmkernel", "Migrate: something")
    host.log("vmkernel", "VMotionRecv: 2618: 1351180724378001 D: mine")
    host.log("vmkernel", "VMotionRecv: 2618: 1351180724378002 D: another's")
    tail.read()
    assert {line.rpartition(" ")[2] for line in tail.host_lines} == {"app01", "mine"}


def test_a_compressed_rotation_is_let_go(host: SimHost) -> None:
    tail = tail_of(host)
    log = host.root / "var/log/vmkernel.log"
    log.rename(log.with_name("vmkernel.0.gz"))
    add(log, b"app01: new\n")
    tail.read()
    assert tail.host_lines == ["app01: new"]


def test_an_answer_that_is_no_stat_is_no_log(host: SimHost, monkeypatch) -> None:
    tail = tail_of(host)
    monkeypatch.setattr(logs.files, "parse_stat", lambda text: (_ for _ in ()).throw(
        logs.ParseError("odd")))  # fmt: skip
    tail.read()
    assert (tail.own_lines, tail.host_lines) == ([], [])


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.sampled_from(["write", "rotate", "look"]), max_size=12))
def test_whatever_happens_every_line_comes_once_and_in_order(tmp_path_factory, steps) -> None:
    """As long as no log is rotated twice between two looks."""
    host = SimLab(tmp_path_factory.mktemp("x"), hosts=1, versions=["5.0"], pairs=0, vms=1)[
        "vesxi01"
    ]
    tail, written, rotated = tail_of(host), [], False
    for number, step in enumerate(steps):
        if step == "look":
            tail.read()
            rotated = False
        elif step == "write":
            add(vmware_log(host), b"%d\n" % number)
            written.append(str(number))
        elif not rotated and vmware_log(host).exists() and vmware_log(host).stat().st_size:
            rotate(vmware_log(host).parent)
            vmware_log(host).touch()
            rotated = True
    assert read(tail) == written


def elsewhere(host: SimHost) -> tuple[str, Path]:
    """Another directory of the VM's datastore, as hostd names it and where it is."""
    vm = next(iter(host.vms))
    directory = vm.file.parent.parent / "logs"
    directory.mkdir()
    return vm.place.rpartition("] ")[0] + "] logs", directory


@pytest.mark.parametrize("end", ["", "/"])
def test_the_log_is_where_the_configuration_says(host: SimHost, end: str) -> None:
    named, directory = elsewhere(host)
    context = Context(DirectSession(host))
    tail = Tail(context, find_vms(context, ("app01",))[0], named + end)
    tail.begin()
    add(directory / "vmware.log", b"there\n")
    add(vmware_log(host), b"here\n")
    assert read(tail) == ["there", "here"]


def test_a_directory_that_is_none_leaves_the_vmxs(host: SimHost) -> None:
    vm = find_vms(Context(DirectSession(host)), ("app01",))[0]
    assert own_logs(vm, "?") == own_logs(vm, None) == own_logs(vm, vm.path.rpartition("/")[0])


def test_what_was_not_there_or_too_much_is_said(host: SimHost) -> None:
    tail = tail_of(host)
    read(tail)
    assert tail.gaps == []
    add(vmware_log(host), b"y\n" * CAP)
    read(tail)
    (gap,) = tail.gaps
    assert "grew by 512 KiB, only the last 256 were read" in gap
    vmware_log(host).unlink()
    for log in (host.root / "var/log").rglob("*"):
        if log.is_file():
            log.unlink()
    tail = tail_of(host)
    read(tail)
    own, others = tail.gaps
    assert own.startswith("no /vmfs/")
    assert own.endswith("vmware.log on vesxi01")
    assert others == "none of vesxi01's own logs"


def test_a_log_that_grows_too_much_in_small_steps_is_said_too(host: SimHost) -> None:
    tail = tail_of(host)
    for _ in range(3):
        add(vmware_log(host), b"y\n" * (CAP // 4))
        read(tail)
    assert len(tail.gaps) == 1


def test_a_log_born_and_rotated_between_two_looks(host: SimHost) -> None:
    folder = vmware_log(host).parent
    vmware_log(host).unlink()
    (folder / "vmware-7.log").write_bytes(b"old\n")
    tail = tail_of(host)
    add(vmware_log(host), b"first\n")
    rotate(folder)
    add(vmware_log(host), b"second\n")
    assert read(tail) == ["first", "second"]
