"""``vmx.get|set|unset``: any key of any VM's VMX."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_place import Bench, Place
from lab_bench import connections, near

from ftlab.sim import Fault

ODD = 'a | b = "c" \\ größe 试'


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench())


def on_one(place: Place, task: str, *flags: str):
    return place.cli.json(task, "--vm", "app01", "-l", "vesxi01", *flags)


def test_set_get_unset_and_nothing_else_moves(place: Place):
    vm = place.vm("vesxi01", "app01")
    before = vm.file.read_bytes()
    keys = ("--set", f"ftlab.odd={ODD}", "--set", "REPLAY.supported=TRUE", "--set", "ftlab.empty=")
    ran = on_one(place, "vmx.set", *keys, "-y").expect(0)
    assert [c["verified"] for c in ran.hosts["vesxi01"]["changes"]] == [True] * 3
    assert vm.loaded.get("ftlab.odd") == ODD
    lines, old = vm.file.read_bytes().splitlines(), before.splitlines()
    assert [line for line in lines if line not in old] == [
        b'replay.supported = "TRUE"',  # the key as it stood, not as it was typed
        'ftlab.odd = "a |7C b = |22c|22 \\ größe 试"'.encode(),
        b'ftlab.empty = ""',
    ]
    got = on_one(place, "vmx.get", "--key", "ftlab.odd", "--key", "Ftlab.Empty", "--key", "no.such")
    assert got.expect(0).hosts["vesxi01"]["facts"]["vmx"] == {
        "app01": {"ftlab.odd": ODD, "Ftlab.Empty": "", "no.such": None}
    }
    again = on_one(place, "vmx.set", *keys, "-y").expect(0)
    assert again.statuses == {"vesxi01": "ok"}
    on_one(place, "vmx.unset", "--key", "ftlab.odd", "--key", "ftlab.EMPTY", "-y").expect(0)
    assert vm.file.read_bytes() == before.replace(
        b'replay.supported = "FALSE"', b'replay.supported = "TRUE"'
    )
    gone = on_one(place, "vmx.unset", "--key", "ftlab.odd", "-y").expect(0)
    assert gone.statuses == {"vesxi01": "ok"}


def test_a_key_that_is_nearly_there_is_named(place: Place):
    keys = ("--key", "replay.suported", "--key", "no.such")
    for ran in (
        on_one(place, "vmx.get", *keys).expect(5),
        on_one(place, "vmx.unset", "-y", *keys).expect(0),
    ):
        assert ran.hosts["vesxi01"]["facts"]["notes"] == [
            "app01 has no replay.suported: did you mean 'replay.supported'?"
        ]
    fine = on_one(place, "vmx.get", "--key", "replay.supported", "--key", "replay.allowFT")
    assert "notes" not in fine.expect(0).hosts["vesxi01"]["facts"]


def test_get_without_a_key_gives_all(mixed: Place):
    ran = near(mixed).cli.json("vmx.get", "--vm", "app01", "-l", "vesxi02").expect(0)
    shown = ran.hosts["vesxi02"]["facts"]["vmx"]["app01"]
    assert shown == dict(mixed.vm("vesxi02", "app01").loaded)


def test_get_tells_of_what_cannot_be_read_or_is_there_twice(place: Place):
    vm = place.vm("vesxi01", "app01")
    count = vm.file.read_bytes().count(b"\n")
    vm.file.write_bytes(vm.file.read_bytes() + b'a.b = "1"\nx.y = "a "b" c"\na.b = "2"\n')
    facts = on_one(place, "vmx.get").expect(0).hosts["vesxi01"]["facts"]
    shown = facts["vmx"]["app01"]
    assert shown["a.b"] == "1"
    assert "x.y" not in shown
    assert list(shown)[:2] == [".encoding", "config.version"]
    twice, unpaired = facts["notes"]
    assert f"a.b is there 2 times, on lines {count + 1}, {count + 3}" in twice
    assert f"line {count + 2} is left out: its quotes do not pair" in unpaired
    facts = on_one(place, "vmx.get", "--key", "A.B").expect(0).hosts["vesxi01"]["facts"]
    assert (facts["vmx"]["app01"], facts["notes"]) == ({"A.B": "1"}, [twice])
    facts = on_one(place, "vmx.get", "--key", "memSize").expect(0).hosts["vesxi01"]["facts"]
    assert "notes" not in facts


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (b'x.y = "a "b" c"\n', "VM app01: line "),
        (b'a.b = "1"\nA.B = "2"\n', "VM app01: a.b is there 2 times"),
        (b"\0", "VM app01: line "),
        (b'.ENCODING = "Klingon"\n', 'VM app01: the file says .encoding = "Klingon"'),
    ],
)
def test_an_error_in_a_file_names_its_vm(place: Place, added: bytes, words: str):
    """``--vm`` can mean many."""
    file = place.vm("vesxi01", "app01").file
    kept = file.read_bytes().replace(b'.encoding = "UTF-8"\n', b"")
    file.write_bytes(kept + added)
    ran = on_one(place, "vmx.set", "--set", "x.y=1", "-y").expect(5)
    assert ran.error("vesxi01")["message"].startswith(words)
    assert file.read_bytes() == kept + added


def test_a_value_that_the_encoding_cannot_hold_is_refused(place: Place):
    file = place.vm("vesxi01", "app01").file
    file.write_bytes(file.read_bytes().replace(b"UTF-8", b"windows-1252"))
    before = file.read_bytes()
    ran = on_one(place, "vmx.set", "--set", "ftlab.note=试验", "-y").expect(5)
    assert ran.error("vesxi01")["kind"] == "vmx.encoding"
    assert file.read_bytes() == before
    on_one(place, "vmx.set", "--set", "ftlab.note=größe", "-y").expect(0)
    assert 'ftlab.note = "größe"\n'.encode("cp1252") in file.read_bytes()


def test_crlf_and_a_missing_last_newline_stay(place: Place):
    file = place.vm("vesxi01", "app01").file
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n").rstrip())
    before = file.read_bytes()
    on_one(place, "vmx.set", "--set", "memSize=2048", "-y").expect(0)
    assert file.read_bytes() == before.replace(b'memSize = "1024"', b'memSize = "2048"')


def test_what_is_loaded_decides_not_what_is_in_the_file(place: Place):
    """A file that was edited by hand, and never reloaded, is not yet done."""
    vm = place.vm("vesxi01", "app01")
    vm.file.write_bytes(vm.file.read_bytes() + b'ftlab.key = "1"\n')
    before = vm.file.stat()
    assert on_one(place, "vmx.set", "--set", "ftlab.key=1", "-n").expect(3)
    on_one(place, "vmx.set", "--set", "ftlab.key=1", "-y").expect(0)
    assert vm.loaded.get("ftlab.key") == "1"
    assert vm.file.stat().st_ino == before.st_ino  # a reload was enough


@pytest.mark.parametrize(
    "flags",
    [
        ("vmx.set", "--vm", "app01", "-n"),
        ("vmx.set", "--vm", "app01", "--set", "novalue", "-n"),
        ("vmx.set", "--vm", "app01", "--set", "=value", "-n"),
        ("vmx.set", "--set", "a=b", "-n"),
        ("vmx.unset", "--vm", "app01", "-n"),
        ("vmx.get",),
        ("vmx.get", "--vm", ""),
    ],
    ids=" ".join,
)
def test_half_a_request_is_a_usage_error(typed, flags):
    typed(*flags).expect(2)


NO_VMX = {
    "empty": b"",
    "blanks": b" \n\n",
    "no config.version": b'.encoding = "UTF-8"\nmemSize = "512"\n',
    "a checkpoint": b"\xd2\xbe\xd2\xbe\x08\0\0\0" + bytes(2000),
    "snapshots": b'.encoding = "UTF-8"\nsnapshot.lastUID = "1"\nsnapshot.numSnapshots = "1"\n',
    "a disk": b'# Disk DescriptorFile\nversion=1\nCID=fffffffe\ncreateType="vmfs"\n',
    "team": b'<?xml version="1.0"?>\n<Foundry>\n</Foundry>\n',
}


@pytest.mark.parametrize("content", NO_VMX.values(), ids=NO_VMX)
@pytest.mark.parametrize("task", ["vmx.set", "vmx.unset", "vft.enable", "lab.apply", "lab.reset"])
def test_what_is_no_vmx_is_refused_before_anything_is_written(
    place: Place, task: str, content: bytes, tmp_path: Path
):
    vm = place.vm("vesxi01", "app01")
    vm.power = "poweredOn"
    vm.file.write_bytes(content)
    beside = sorted(vm.file.parent.iterdir())
    flags = {
        "vmx.set": ("--vm", "app01", "--set", "a.b=1", "--power-cycle"),
        "vmx.unset": ("--vm", "app01", "--key", "memSize", "--power-cycle"),
        "vft.enable": ("--vm", "app01", "--power-cycle"),
    }.get(task)
    if flags is None:
        profile = tmp_path / "lab.toml"
        profile.write_text('[[state]]\nvm = "app01"\nvmx = { "a.b" = "1" }\n')
        flags = ("--profile", str(profile))
        flags += ("--power-cycle",) if task == "lab.apply" else ()
    if task == "vmx.unset" and b"memSize" not in content and b"\0" not in content:
        place.cli.json(task, *flags, "-l", "vesxi01", "-y").expect(0)  # there is nothing to do
    else:
        ran = place.cli.json(task, *flags, "-l", "vesxi01", "-y").expect(5)
        assert ran.error("vesxi01")["kind"] == "vmx.invalid"
        assert ran.error("vesxi01")["hint"]
    assert vm.file.read_bytes() == content
    assert vm.power == "poweredOn"
    assert sorted(vm.file.parent.iterdir()) == beside


ENCRYPTED = (
    b'.encoding = "UTF-8"\ndisplayName = "app01"\n'
    b'encryption.keySafe = "vmware:key/list/(pair/(phrase/1/2,HMAC%2dSHA%2d1,3))"\n'
    b'encryption.data = "QUJD"\n'
)


def test_an_encrypted_vmx_is_named_and_what_it_hides_is_not_absent(place: Place):
    """VMware's guide to the disk library: of an encrypted VM's VMX, parts are encrypted."""
    vm = place.vm("vesxi01", "app01")
    vm.file.write_bytes(ENCRYPTED)
    error = on_one(place, "vmx.set", "--set", "a.b=1", "-y").expect(5).error("vesxi01")
    assert error["kind"] == "vmx.invalid"
    assert "app01.vmx is encrypted: nothing is written to it" in error["message"]
    assert "vCenter" in error["hint"]
    assert vm.file.read_bytes() == ENCRYPTED
    said = "app01: a part of its VMX is encrypted, and may have memSize"
    got = on_one(place, "vmx.get", "--key", "memSize", "--key", "displayName").expect(0)
    assert got.hosts["vesxi01"]["facts"]["notes"] == [said]
    gone = on_one(place, "vmx.unset", "--key", "memSize", "-y").expect(0)
    assert gone.hosts["vesxi01"]["facts"]["notes"] == [said]


def test_a_slip_in_a_key_that_is_asked_for_is_a_failure(place: Place):
    """One that is like none may never have been set, and one that another host has is there."""
    slip = on_one(place, "vmx.get", "--key", "memSize", "--key", "replay.suported").expect(5)
    error = slip.error("vesxi01")
    assert (error["kind"], error["message"]) == (
        "vmx.notfound",
        "no host has a VM with the key replay.suported",
    )
    assert error["hint"].startswith("did you mean 'replay.supported'?")
    assert set(slip.hosts["vesxi01"]["facts"]["vmx"]["app01"]) == {"memSize", "replay.suported"}
    on_one(place, "vmx.set", "--set", "replay.suported=1", "-y").expect(0)
    place.cli.json("vmx.get", "--vm", "app01", "--key", "Replay.Suported").expect(0)


@pytest.mark.parametrize(("times", "code"), [(2, 0), (3, 5)])
def test_a_file_that_changes_while_it_is_read_is_read_again(place: Place, times: int, code: int):
    """As when another controller's rename comes between the bytes and their checksum."""
    path = "/vmfs/volumes/datastore1/app01/app01.vmx"
    told = f"{'0' * 64}  {path}\n".encode()
    place["vesxi01"].faults.append(Fault("sha256sum", times=times, what="lie", stdout=told))
    ran = on_one(place, "vmx.get", "--key", "memSize").expect(code)
    assert code == 0 or "is somebody writing to it" in ran.error("vesxi01")["hint"]


def test_a_device_that_a_vm_does_not_have_is_no_slip(place: Place):
    ran = on_one(place, "vmx.get", "--key", "scsi7.present").expect(0)
    assert ran.hosts["vesxi01"]["facts"]["vmx"]["app01"] == {"scsi7.present": None}


@pytest.mark.parametrize(
    "flags",
    [
        ("vmx.set", "--set", "bad key=1"),
        ("vmx.set", "--set", "a#b=1"),
        ("vmx.set", "--set", "a.b=1", "--set", "A.B=2"),
        ("vmx.unset", "--key", "a=b"),
        ("vmx.get", "--key", 'a"b'),
    ],
)
def test_what_cannot_be_asked_of_any_vm_contacts_nobody(place: Place, flags):
    with connections(place) as seen:
        told = place.cli(*flags, "--vm", "app01", "-y", "--json").expect(2)
    assert told.out == ""
    assert not any(seen.values())


def test_a_key_given_twice_is_set_once(place: Place):
    ran = on_one(place, "vmx.set", "--set", "a.b=1", "--set", "A.B=1", "-y").expect(0)
    assert [change["key"] for change in ran.hosts["vesxi01"]["changes"]] == ["a.b"]


@pytest.mark.parametrize(
    "task",
    [
        ("vmx.set", "--set", "replay.supported=maybe"),
        ("vmx.unset", "--key", "replay.supported"),
        ("vft.enable",),
        ("vft.disable",),
    ],
)
def test_all_vms_are_found_fit_before_the_first_is_touched(place: Place, task):
    one, two = (place.vm("vesxi01", name) for name in ("app01", "app02"))
    keys = [
        word for key in ("replay.supported", "replay.allowFT") for word in ("--set", key + "=x")
    ]
    place.cli("vmx.set", "--vm", "app*", "-l", "vesxi01", *keys, "-y", "--power-cycle").expect(0)
    before, two.power = one.file.read_bytes(), "poweredOn"
    ran = place.cli.json(*task, "--vm", "app*", "-l", "vesxi01", "-y").expect(5)
    assert ran.hosts["vesxi01"]["error"]["kind"] == "vm.powered_on"
    assert ran.hosts["vesxi01"]["changes"] == []
    assert one.file.read_bytes() == before
