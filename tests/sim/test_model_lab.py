"""The lab as a whole: hosts, trees, shared storage, faults, threads."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from model_lab import Clock, ask, out, vim

from ftlab.sim import VERSIONS, Fault, PairSpec, SimLab
from ftlab.sim.model.lab import NASTY_VMS, REAL_LATENCY
from ftlab.sim.model.versions import USUAL_VERSIONS, release_named


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lab(tmp_path: Path, clock: Clock) -> SimLab:
    return SimLab(tmp_path, clock=clock)


def test_the_usual_lab_mixes_releases_around_a_pair(lab: SimLab) -> None:
    assert list(lab.hosts) == [f"vesxi{n:02}" for n in range(1, 9)]
    versions = [host.release.name for host in lab.hosts.values()]
    assert versions[:2] == ["5.0", "5.0"]
    assert {"4.1", "9.0"} < set(versions)
    assert len(set(versions)) == 7
    (pair,) = lab.pairs
    assert (pair.primary_host.name, pair.secondary_host.name) == ("vesxi01", "vesxi02")


def test_as_many_releases_as_hosts_are_dealt_in_order(tmp_path: Path) -> None:
    lab = SimLab(tmp_path, hosts=len(VERSIONS), versions=VERSIONS, pairs=0, vms=0)
    assert tuple(host.release.name for host in lab.hosts.values()) == VERSIONS


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 12, 23])
def test_any_number_of_hosts(tmp_path: Path, count: int) -> None:
    lab = SimLab(tmp_path, hosts=count, pairs=0 if count == 1 else 1, vms=0)
    assert len(lab.hosts) == count
    if count >= 12:
        assert {host.release.name for host in lab.hosts.values()} == set(USUAL_VERSIONS)


def test_a_pair_needs_two_hosts(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two hosts"):
        SimLab(tmp_path, hosts=1, pairs=1)


@pytest.mark.parametrize("name", ["7.0 U1", "7.0u1", "7.0-U1", "7.0U1"])
def test_release_names_are_forgiving(name: str) -> None:
    assert release_named(name).version == "7.0.1"


def test_an_unknown_release_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'5\.6'; known: 4\.0, 4\.1, 5\.0, .*8\.0, 9\.0"):
        release_named("5.6")


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    def vmx(name: str, seed: int) -> bytes:
        lab = SimLab(tmp_path / name, hosts=2, seed=seed)
        return b"".join(vm.file.read_bytes() for host in lab.hosts.values() for vm in host.vms)

    first = vmx("a", 1)
    assert vmx("b", 1) == first
    assert vmx("c", 2) != first


def test_datastores_have_names_and_one_is_shared(lab: SimLab) -> None:
    one, two = lab["vesxi01"], lab["vesxi02"]
    link = one.root / "vmfs/volumes/datastore1"
    assert link.is_symlink()
    assert str(link.readlink()) == one.datastores["datastore1"]
    assert one.path("/vmfs/volumes/shared/db01/db01.vmx").samefile(
        two.path("/vmfs/volumes/shared/db01/db01.vmx")
    )
    assert not two.path("/vmfs/volumes/datastore1/x").parent.samefile(link)
    listed = out(one, "esxcli storage filesystem list").splitlines()
    assert listed[0].split("  ")[0] == "Mount Point"
    assert len(listed) == 4


def test_paths_stay_inside_the_lab(lab: SimLab, tmp_path: Path) -> None:
    host = lab["vesxi01"]
    assert host.path("/var/../../../etc/x") == host.root / "etc/x"
    assert host.path("/vmfs/volumes/datastore1/new") == host.root / "vmfs/volumes/datastore1/new"
    (host.root / "var/out").symlink_to(tmp_path.parent)
    with pytest.raises(PermissionError, match="out of the simulated lab"):
        host.path("/var/out/file")


def test_new_vms_carry_what_their_host_writes(tmp_path: Path) -> None:
    lab = SimLab(tmp_path, hosts=len(VERSIONS), versions=VERSIONS, pairs=0, vms=1)
    with_replay = {
        host.release.name
        for host in lab.hosts.values()
        if 'replay.supported = "FALSE"\nreplay.filename = ""\n'
        in next(iter(host.vms)).file.read_text()
    }
    assert with_replay == {"4.0", "4.1", "5.0", "5.1", "5.5", "6.0"}
    last = list(lab.hosts.values())[-1]
    newest = next(iter(last.vms)).file.read_text()
    assert 'ftcpt.ftEncryptionMode = "ftEncryptionOpportunistic"\n' in newest
    assert newest.startswith('.encoding = "UTF-8"\n')
    assert os.access(next(iter(last.vms)).file, os.X_OK)


def test_nasty_vms_are_listed_raw(tmp_path: Path, clock: Clock) -> None:
    lab = SimLab(tmp_path, hosts=1, versions=["8.0"], pairs=0, nasty=True, clock=clock)
    host = lab["vesxi01"]
    listed = out(host, "vim-cmd vmsvc/getallvms")
    for name, path, annotation in NASTY_VMS:
        assert f"   {name} " in listed
        assert f" [ds (4): old [x]] {path} " in listed
        assert annotation in listed
        vm = host.vms.named(name)
        assert f'name = "{name}"' in vim(host, "get.config", vm.place)
    ids = [line.split()[0] for line in listed.splitlines()[1:] if "[ds" in line or "/app" in line]
    assert ids == sorted(ids)
    assert "10" in ids


def test_latency_is_told_not_spent(tmp_path: Path, clock: Clock) -> None:
    lab = SimLab(tmp_path, hosts=1, pairs=0, clock=clock, latency=REAL_LATENCY)
    assert ask(lab["vesxi01"], "esxcli system version get").seconds == 0.5
    assert ask(lab["vesxi01"], "vim-cmd vmsvc/getallvms").seconds == 0.3
    assert ask(lab["vesxi01"], "uname -a").seconds == 0.0


def test_every_command_is_remembered(lab: SimLab) -> None:
    host = lab["vesxi03"]
    ask(host, "vmware -v")
    ask(host, "/bin/uname", "-a b")
    assert host.commands == [("vmware", "-v"), ("/bin/uname", "-a b")]
    assert ask(host, "python -V").exit == 127


def test_an_error_strikes_as_often_as_told_and_nothing_happens(lab: SimLab) -> None:
    host = lab["vesxi05"]
    vmid = host.vms.named("app01").vmid
    host.faults.append(Fault("vim-cmd vmsvc/power.on", 2, "error", exit=3, stderr=b"no\n"))
    for _ in range(2):
        answer = ask(host, f"vim-cmd vmsvc/power.on {vmid}")
        assert (answer.exit, answer.stderr) == (3, b"no\n")
    assert "Powered off" in vim(host, "power.getstate", vmid)
    assert vim(host, "power.on", vmid) == "Powering on VM:\n"


def test_a_lie_claims_success(lab: SimLab) -> None:
    host = lab["vesxi05"]
    vmid = host.vms.named("app01").vmid
    host.faults.append(Fault("vim-cmd */power.on *", 1, "lie", stdout=b"Powering on VM:\n"))
    assert vim(host, "power.on", vmid) == "Powering on VM:\n"
    assert "Powered off" in vim(host, "power.getstate", vmid)


def test_slow_hang_and_cut(lab: SimLab) -> None:
    host = lab["vesxi05"]
    host.faults += [
        Fault("uname", 1, "slow", seconds=7.0),
        Fault("uname", 1, "hang"),
        Fault("uname", 1, "cut", seconds=2.0),
    ]
    slow = ask(host, "uname")
    assert (slow.stdout, slow.seconds) == (b"VMkernel\n", 7.0)
    assert ask(host, "uname").seconds == math.inf
    cut = ask(host, "uname")
    assert (cut.cut, cut.seconds) == (True, 2.0)
    assert ask(host, "uname").stdout == b"VMkernel\n"


def test_a_cut_may_come_after_the_deed(lab: SimLab) -> None:
    host = lab["vesxi05"]
    vm = host.vms.named("app01")
    host.faults.append(Fault("vim-cmd", 1, "cut", runs=True, skip=1))
    assert not ask(host, f"vim-cmd vmsvc/power.getstate {vm.vmid}").cut
    assert ask(host, f"vim-cmd vmsvc/power.on {vm.vmid}").cut
    assert vm.power == "poweredOn"


def test_moments_belong_to_the_server(lab: SimLab) -> None:
    host = lab["vesxi05"]
    host.faults += [Fault("banner", None, "hang"), Fault("auth", 1, "error")]
    assert ask(host, "uname").exit == 0
    assert host.fault("connect") is None
    assert [getattr(host.fault("auth"), "what", None) for _ in range(2)] == ["error", None]
    assert [getattr(host.fault("banner"), "what", None) for _ in range(3)] == ["hang"] * 3


def test_a_reboot_takes_the_vms_down(lab: SimLab, clock: Clock) -> None:
    host = lab["vesxi05"]
    vm = host.vms.named("app02")
    data = vm.file.read_bytes() + b'edited = "1"\n'
    vm.file.write_bytes(data)
    host.faults.append(Fault("connect", 1, "reboot", seconds=60.0))
    assert host.fault("connect") is not None
    assert not host.up
    clock.now += 60
    assert host.up
    assert "Powered off" in vim(host, "power.getstate", vm.vmid)
    assert vm.file.read_bytes() == data, "a crash writes nothing back"
    assert vm.loaded.get("edited") == "1"


def test_many_threads_at_once(tmp_path: Path) -> None:
    lab = SimLab(tmp_path, hosts=2, versions=["6.0"] * 2, pairs=[PairSpec(failure=None)], vms=4)

    def work(number: int) -> int:
        host = lab[f"vesxi0{1 + number % 2}"]
        name = f"app0{1 + number % 3}"
        vmid = host.vms.named(name).vmid
        value = number % 100 + 1
        answers = [
            ask(host, f"vim-cmd vmsvc/power.on {vmid}"),
            ask(host, f"esxcli system settings advanced set -o /Migrate/NetTimeout -i {value}"),
            ask(host, f"vim-cmd vmsvc/power.off {vmid}"),
            ask(host, "vim-cmd vmsvc/getallvms"),
        ]
        return answers[1].exit + answers[3].exit

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(200))) == 0
    assert sum(len(host.commands) for host in lab.hosts.values()) == 800
    for host in lab.hosts.values():
        assert host.path("/etc/vmware/esx.conf").read_text().count("NetTimeout") == 1
        for vm in host.vms:
            assert b"cleanShutdown" in vm.file.read_bytes()
