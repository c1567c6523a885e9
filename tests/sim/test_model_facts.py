"""What a host tells about its licence, its HA agent, its network and FT's view of a VM."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_lab import Clock, ask, out, vim, vim_cmd
from test_model_ft import lab_with, log, start

from ftlab.sim import VERSIONS, SimHost, SimLab
from ftlab.sim.ft.spec import STRANGER
from ftlab.sim.model.config import ESSENTIALS_PLUS


@pytest.fixture
def clock() -> Clock:
    return Clock()


def host_of(tmp_path: Path, version: str) -> SimHost:
    return SimLab(tmp_path, hosts=1, versions=[version], pairs=0)["vesxi01"]


@pytest.mark.parametrize(
    ("version", "feature"),
    [
        ("5.0", 'ft:1 ("vSphere FT (up to 1 virtual CPU)")'),
        ("6.0", 'ft:4 ("vSphere FT (up to 4 virtual CPUs)")'),
        ("8.0", 'ft:8 ("vSphere FT (up to 8 virtual CPUs)")'),
    ],
)
def test_the_licence_names_fault_tolerance(tmp_path: Path, version: str, feature: str) -> None:
    host = host_of(tmp_path, version)
    shown = out(host, "vim-cmd vimsvc/license --show")
    assert shown.startswith(
        "[200] Sending request for installed licenses...[200] Complete, result is:\n"
        "   serial: 00000-00000-00000-00000-00000\n   vmodl key: eval\n   name: Evaluation Mode\n"
    )
    assert f"     [feature] = {feature}\n" in shown
    assert shown.endswith("\n\n[200] End of report.\n")
    host.licence = ESSENTIALS_PLUS
    without = out(host, "vim-cmd vimsvc/license --show")
    assert "[feature] = das" in without
    assert "[feature] = ft" not in without


def test_the_ha_agent(tmp_path: Path) -> None:
    host = host_of(tmp_path, "6.7")
    assert out(host, "/etc/init.d/vmware-fdm status") == "vmware-fdm is running\n"
    host.ha_agent = False
    stopped = ask(host, "/etc/init.d/vmware-fdm status")
    assert (stopped.exit, stopped.stdout) == (3, b"vmware-fdm is not running\n")
    assert ask(host, "/etc/init.d/vmware-fdm stop").exit == 1


def test_4x_has_no_such_agent(tmp_path: Path) -> None:
    assert ask(host_of(tmp_path, "4.1"), "/etc/init.d/vmware-fdm status").exit == 127


def test_the_network_cards(tmp_path: Path) -> None:
    host = host_of(tmp_path, "6.7")
    host.uplinks[1].speed = 0
    head, dashes, up, down = out(host, "esxcli network nic list").splitlines()
    assert head.split("  ")[0] == "Name"
    assert "Admin Status  Link Status  Speed  Duplex  MAC Address" in head
    assert set(dashes) == {"-", " "}
    assert up.split()[:7] == ["vmnic0", "0000:0b:00.0", "nvmxnet3", "Up", "Up", "10000", "Full"]
    assert down.split()[3:7] == ["Up", "Down", "0", "Half"]
    switch = out(host, "esxcli network vswitch standard list")
    assert "   Uplinks: vmnic0, vmnic1\n" in switch
    assert "   Portgroups: FT logging, vMotion, Management Network, VM Network\n" in switch


@pytest.mark.parametrize("version", VERSIONS)
def test_every_release_with_esxcli_lists_cards_and_sockets(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    for command in ("network nic list", "network ip connection list"):
        answer = ask(host, f"esxcli {command}")
        assert answer.exit == (1 if version.startswith("4") else 0)
    assert out(host, f"{vim_cmd(host)} vimsvc/license --show")


def test_a_starved_receiver_shows_in_the_sockets_of_port_8000(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, "5.5", failure="starvation").pairs
    start(pair)
    table = out(pair.secondary_host, "esxcli network ip connection list")
    row = next(line for line in table.splitlines() if "812344" in line)
    assert row.split()[:2] == ["tcp", "812344"]
    assert row.split()[3] == f"{pair.secondary_host.nics[1].address}:8000"
    clock.now += 5
    assert "812344" not in out(pair.secondary_host, "esxcli network ip connection list")
    assert "812344" not in out(pair.primary_host, "esxcli network ip connection list")


def test_what_stands_in_the_way_of_ft(tmp_path: Path) -> None:
    host = host_of(tmp_path, "7.0 U3")
    vm = host.vms.named("app01")
    assert vim(host, "queryftcompat", vm.vmid) == "(vmodl.MethodFault) []\n"
    vm.loaded.set("numvcpus", "9")
    vim(host, "snapshot.create", vm.vmid, "before")
    shown = vim(host, "queryftcompat", vm.vmid)
    assert "(vim.fault.NumVirtualCpusIncompatible) {" in shown
    assert 'reason = "hasSnapshots"' in shown


def test_noise_names_other_vms_in_host_logs_alone(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure="keepalive", noise=True).pairs
    start(pair)
    for host in (pair.primary_host, pair.secondary_host):
        hostd = host.path("/var/log/hostd.log").read_text("utf-8")
        assert f"/{STRANGER}/{STRANGER}.vmx" in hostd
        assert '-->    reason = "The source detected' in hostd
        assert "certificate verify failed" in hostd
        assert "0xbad0006" in host.path("/var/log/vmkernel.log").read_text("utf-8")
    assert STRANGER not in log(pair.secondary)
