"""What hostd loads, keeps, refuses and writes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from captures import VMX_FILES
from hypothesis import given
from hypothesis import strategies as st
from model_lab import Clock, ask, extra, field, out, vim

from ftlab.sim import SimHost, SimLab
from ftlab.sim.vms.vm import SimVM
from ftlab.sim.vms.vmx_file import BadVmx, VmxFile


@pytest.fixture
def host(tmp_path: Path) -> SimHost:
    return SimLab(tmp_path, hosts=1, versions=["5.5"], pairs=0, clock=Clock())["vesxi01"]


@pytest.fixture
def vm(host: SimHost) -> SimVM:
    return host.vms.named("app01")


def edit(vm: SimVM, old: str, new: str) -> None:
    data = vm.file.read_bytes()
    assert data.count(old.encode()) == 1
    vm.file.write_bytes(data.replace(old.encode(), new.encode()))


def test_hostd_shows_what_it_last_loaded(host: SimHost, vm: SimVM) -> None:
    edit(vm, 'replay.supported = "FALSE"', 'replay.supported = "true"')
    assert extra(vim(host, "get.config", vm.vmid), "replay.supported") == "FALSE"
    assert vim(host, "reload", vm.vmid) == ""
    assert extra(vim(host, "get.config", vm.vmid), "replay.supported") == "true"


def test_an_edit_under_a_running_vm_is_lost(host: SimHost, vm: SimVM) -> None:
    before = vm.file.read_bytes()
    vim(host, "power.on", vm.vmid)
    edit(vm, 'memSize = "1024"', 'memSize = "2048"')
    assert vim(host, "reload", vm.vmid) == ""
    assert field(vim(host, "get.summary", vm.vmid), "memorySizeMB") == "1024"
    mode = vm.file.stat().st_mode
    vim(host, "power.off", vm.vmid)
    assert vm.file.read_bytes() == before
    assert vm.file.stat().st_mode == mode
    assert [p.name for p in vm.file.parent.glob("*.vmx*")] == ["app01.vmx"]


def test_a_power_cycle_brings_the_hosts_own_replay_keys_back(host: SimHost, vm: SimVM) -> None:
    edit(vm, 'replay.supported = "FALSE"\nreplay.filename = ""\n', "")
    vim(host, "reload", vm.vmid)
    vim(host, "power.on", vm.vmid)
    vim(host, "power.off", vm.vmid)
    assert vm.file.read_text().endswith('replay.supported = "FALSE"\nreplay.filename = ""\n')


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data + b'MEMSIZE = "512"\n',
        lambda data: data + b"what is this\n",
        lambda data: data + b'x = "un"closed"\n',
        lambda data: b"",
        lambda data: None,
    ],
    ids=["duplicate key", "stray line", "quotes", "empty", "gone"],
)
def test_a_vmx_that_cannot_be_loaded_makes_its_vm_invalid(host, vm, damage) -> None:  # type: ignore[no-untyped-def]
    good = vm.file.read_bytes()
    bad = damage(good)
    if bad is None:
        vm.file.unlink()
    else:
        vm.file.write_bytes(bad)
    assert "app01" in out(host, "vim-cmd vmsvc/getallvms"), "not noticed before the reload"
    assert ask(host, f"vim-cmd vmsvc/reload {vm.vmid}").exit == 1
    listed = ask(host, "vim-cmd vmsvc/getallvms")
    assert listed.exit == 0
    assert listed.stderr.decode() == f"Skipping invalid VM '{vm.vmid}'\n"
    assert b"app01" not in listed.stdout
    assert b"app02" in listed.stdout
    assert ask(host, f"vim-cmd vmsvc/power.on {vm.vmid}").exit == 1
    assert b"(vim.fault." in ask(host, f"vim-cmd vmsvc/get.config {vm.vmid}").stdout
    vm.file.write_bytes(good)
    assert vim(host, "reload", vm.vmid) == ""
    assert ask(host, "vim-cmd vmsvc/getallvms").stderr == b""


def test_register_unregister_and_register_again(host: SimHost, vm: SimVM) -> None:
    assert vim(host, "unregister", vm.vmid) == ""
    assert vm.file.exists()
    assert "app01" not in out(host, "vim-cmd vmsvc/getallvms")
    fresh = int(out(host, "vim-cmd solo/registervm", "/vmfs/volumes/datastore1/app01/app01.vmx"))
    assert fresh > vm.vmid
    again = ask(host, "vim-cmd solo/registervm", "[datastore1] app01/app01.vmx")
    assert again.exit == 1
    assert b"(vim.fault.AlreadyExists)" in again.stdout
    nothing = ask(host, "vim-cmd solo/registervm", "[datastore1] no/no.vmx")
    assert b"(vim.fault.NotFound)" in nothing.stdout
    nowhere = ask(host, "vim-cmd solo/registervm", "[nope] no/no.vmx")
    assert b"(vim.fault.InvalidDatastorePath)" in nowhere.stdout


def test_a_running_vm_cannot_be_unregistered(host: SimHost) -> None:
    running = host.vms.named("app02").vmid
    assert ask(host, f"vim-cmd vmsvc/unregister {running}").exit == 1
    assert ask(host, f"vim-cmd vmsvc/destroy {running}").exit == 1


def test_create_and_destroy_a_dummy_vm(host: SimHost) -> None:
    vmid = vim(host, "createdummyvm", "testVM", "[datastore1]/testVM/testVM.vmx").strip()
    assert int(vmid) > 2
    file = host.path("/vmfs/volumes/datastore1/testVM/testVM.vmx")
    assert file.is_file()
    assert (
        ask(host, "vim-cmd vmsvc/createdummyvm testVM", "[datastore1] testVM/testVM.vmx").exit == 1
    )
    assert vim(host, "destroy", vmid) == ""
    assert not file.parent.exists()


def test_snapshots(host: SimHost, vm: SimVM) -> None:
    assert vim(host, "snapshot.get", vm.vmid) == "Get Snapshot:\n"
    before = vm.file.read_bytes()
    assert vim(host, "snapshot.create", vm.vmid, "base", "as it was", "0", "0") == (
        "Create Snapshot:\n"
    )
    edit(vm, 'memSize = "1024"', 'memSize = "2048"')
    vim(host, "reload", vm.vmid)
    vim(host, "snapshot.create", vm.vmid, "more memory")
    tree = vim(host, "snapshot.get", vm.vmid).splitlines()
    assert [line for line in tree if "Created On" not in line] == [
        "Get Snapshot:",
        "|-ROOT",
        "--Snapshot Name        : base",
        "--Snapshot Id        : 1",
        "--Snapshot Desciption  : as it was",
        "--Snapshot State       : powered off",
        "--|-CHILD",
        "----Snapshot Name        : more memory",
        "----Snapshot Id        : 2",
        "----Snapshot Desciption  : ",
        "----Snapshot State       : powered off",
    ]
    vim(host, "snapshot.revert", vm.vmid, "1", "0")
    assert vm.file.read_bytes() == before
    assert field(vim(host, "get.summary", vm.vmid), "memorySizeMB") == "1024"
    vim(host, "snapshot.remove", vm.vmid, "1")
    assert "|-ROOT\n--Snapshot Name        : more memory" in vim(host, "snapshot.get", vm.vmid)
    assert ask(host, f"vim-cmd vmsvc/snapshot.revert {vm.vmid} 9").exit == 1
    vim(host, "snapshot.removeall", vm.vmid)
    assert vim(host, "snapshot.get", vm.vmid) == "Get Snapshot:\n"


def test_reverting_restores_the_power_state_unless_told_not_to(host: SimHost) -> None:
    running = host.vms.named("app02")
    vim(host, "snapshot.create", running.vmid, "warm")
    vim(host, "power.off", running.vmid)
    vim(host, "snapshot.revert", running.vmid, "1", "1")
    assert running.power == "poweredOff"
    vim(host, "snapshot.revert", running.vmid, "1", "0")
    assert running.power == "poweredOn"


@pytest.mark.parametrize("name", VMX_FILES)
def test_vmx_files_of_hosts_load_and_come_back_to_the_byte(name: str) -> None:
    data = VMX_FILES[name]
    vmx = VmxFile(data)
    assert vmx.to_bytes() == data
    assert len(list(vmx)) > 2
    *_, (changed, _) = vmx
    vmx.set(changed.upper(), 'new|"value"')
    assert VmxFile(vmx.to_bytes()).get(changed) == 'new|"value"'


def test_escapes_and_encodings() -> None:
    data = '.encoding = "GBK"\nannotation = "|22a|7cb|0Ac"\ndisplayName = "试验"\n'.encode("gbk")
    vmx = VmxFile(data)
    assert vmx.get("Annotation") == '"a|b\nc'
    assert vmx.get("displayname") == "试验"
    vmx.set("displayName", "实验")
    assert vmx.to_bytes() == data.replace("试".encode("gbk"), "实".encode("gbk"))


def test_appending_to_a_file_without_a_last_newline() -> None:
    vmx = VmxFile(b'a = "1"')
    vmx.set("b", "2")
    assert vmx.to_bytes() == b'a = "1"\nb = "2"\n'


@given(st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9.:]{0,8}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    min_size=1, max_size=5,
))  # fmt: skip
def test_whatever_is_set_is_loaded_again(values: dict[str, str]) -> None:
    vmx = VmxFile(b'.encoding = "UTF-8"\n')
    for key, value in values.items():
        vmx.set(key, value)
    loaded = VmxFile(vmx.to_bytes())
    assert {key: loaded.get(key) for key in values} == values


def test_nothing_is_not_a_configuration() -> None:
    with pytest.raises(BadVmx, match="no configuration"):
        VmxFile(b"# only a comment\n")
