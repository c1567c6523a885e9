"""Registration and snapshots, by release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from model_lab import ask, out, vim, vim_cmd
from test_settings_names import ESXCLI, host_of

from ftlab.sim import VERSIONS, SimHost

OLD = [version for version in VERSIONS if version not in ESXCLI]


def names_of(host: SimHost) -> list[str]:
    return re.findall(r"Snapshot Name +: (.*)", vim(host, "snapshot.get", 1))


def four_in_a_row(host: SimHost) -> None:
    for number in range(1, 5):
        name = f"snap{number:02}"
        assert vim(host, "snapshot.create", 1, name, f"{name} description") == "Create Snapshot:\n"


@pytest.mark.parametrize("version", ESXCLI)
def test_a_session_of_2015(tmp_path: Path, version: str) -> None:
    """lrivallain.github.io: ``snapshot.remove 3 4`` shows the three that are left."""
    host = host_of(tmp_path, version)
    four_in_a_row(host)
    told = vim(host, "snapshot.remove", 1, "4")
    assert told.startswith("Remove Snapshot:\n|-ROOT\n--Snapshot Name        : snap01\n")
    assert told.replace("Remove", "Get") == vim(host, "snapshot.get", 1)
    assert re.findall(r"Id +: (\d)", told) == ["1", "2", "3"]
    vim(host, "snapshot.create", 1, "after")
    assert names_of(host) == ["snap01", "snap02", "snap03", "after"]
    assert "--------Snapshot Id        : 5\n" in vim(host, "snapshot.get", 1)
    assert vim(host, "snapshot.revert", 1, "1", "0").startswith("Revert Snapshot:\n|-ROOT\n")
    vim(host, "snapshot.remove", 1, "2", "1")
    assert names_of(host) == ["snap01"]
    assert vim(host, "snapshot.removeall", 1) == "Remove All Snapshots:\n"
    assert vim(host, "snapshot.get", 1) == "Get Snapshot:\n"
    host.reboot(0)
    vim(host, "snapshot.create", 1, "last")
    assert "--Snapshot Id        : 6\n" in vim(host, "snapshot.get", 1)


def test_a_removed_snapshot_s_child_takes_its_place(tmp_path: Path) -> None:
    host = host_of(tmp_path, "6.7")
    four_in_a_row(host)
    vim(host, "snapshot.remove", 1, "2")
    assert names_of(host) == ["snap01", "snap03", "snap04"]
    assert ask(host, "vim-cmd vmsvc/snapshot.remove 1 2").exit == 1


@pytest.mark.parametrize("version", OLD)
def test_4_x_counts_levels_in_place_of_identifiers(tmp_path: Path, version: str) -> None:
    """Usage as a public script quotes it; ghettoVCB removes without a level what it has made."""
    host = host_of(tmp_path, version)
    tool = vim_cmd(host)
    four_in_a_row(host)
    assert "Snapshot Id" not in vim(host, "snapshot.get", 1)
    vim(host, "snapshot.remove", 1)
    assert names_of(host) == ["snap01", "snap02", "snap03"]
    vim(host, "snapshot.revert", 1, "1", "0", "0")
    vim(host, "snapshot.create", 1, "other")
    assert names_of(host) == ["snap01", "snap02", "snap03", "other"]
    vim(host, "snapshot.remove", 1, "0", "1", "1")
    assert names_of(host) == ["snap01", "snap02", "snap03"]
    vim(host, "snapshot.remove", 1, "true", "1", "0")
    assert names_of(host) == ["snap01"]
    assert ask(host, f"{tool} vmsvc/snapshot.remove 1 0 7 0").exit == 1
    told = ask(host, f"{tool} vmsvc/snapshot.remove").stderr
    assert told.endswith(
        b"Usage: snapshot.remove vmid [removeChildren] [snapshotLevel] [snapshotIndex]\n"
    )


def test_ghettovcb_asks_which_way_it_is(tmp_path: Path) -> None:
    assert b"snapshotId" in ask(host_of(tmp_path, "5.5"), "vim-cmd vmsvc/snapshot.remove").stderr


@pytest.mark.parametrize("version", VERSIONS)
def test_a_vm_is_unregistered_and_registered_by_its_path(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    tool, place = vim_cmd(host), "[datastore1] app01/app01.vmx"
    assert place in out(host, f"{tool} vmsvc/getallvms")
    assert out(host, f"{tool} vmsvc/unregister", place) == ""
    host.reboot(0)
    assert place not in out(host, f"{tool} vmsvc/getallvms")
    assert host.path("/vmfs/volumes/datastore1/app01/app01.vmx").is_file()
    twice = ask(host, f"{tool} vmsvc/unregister", place)
    assert twice.exit == 1
    assert f'Unable to find a VM corresponding to "{place}"'.encode() in (
        twice.stdout + twice.stderr
    )
    real = "/vmfs/volumes/datastore1/app01/app01.vmx"
    vmid = out(host, f"{tool} solo/registervm {real}").strip()
    assert out(host, f"{tool} vmsvc/power.getstate {vmid}").endswith("Powered off\n")
    again = ask(host, f"{tool} solo/registervm {real}")
    assert again.exit == 1
    assert b"(vim.fault.AlreadyExists) {" in again.stdout + again.stderr
    assert ask(host, f"{tool} solo/registervm {real} other").exit == 255


def test_a_running_vm_stays_registered(tmp_path: Path) -> None:
    host = host_of(tmp_path, "7.0 U3")
    told = ask(host, "vim-cmd vmsvc/unregister 2")
    assert told.exit == 1
    assert b"(vim.fault.InvalidPowerState)" in told.stderr
    assert "app02" in out(host, "vim-cmd vmsvc/getallvms")
