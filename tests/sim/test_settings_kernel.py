"""Kernel settings and maintenance mode."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_lab import Clock, ask, out, vim_cmd
from test_settings_names import ESXCLI, host_of

from ftlab.sim import VERSIONS, SimHost, SimLab
from ftlab.sim.model.answer import settled


def test_5_5_s_table_as_published(tmp_path: Path) -> None:
    """elatov.github.io (2014-04-21): set to ``true``, which the next start made ``TRUE``."""
    host = host_of(tmp_path, "5.5")
    assert out(host, "esxcli system settings kernel set -s iovDisableIR -v true") == ""
    host.reboot(0)
    told = out(host, "esxcli system settings kernel list -o iovDisableIR")
    assert told.splitlines()[:2] == [
        "Name          Type  Description                              Configured  Runtime  Default",
        "------------  ----  ---------------------------------------  ----------  -------  -------",
    ]
    assert told.splitlines()[2].startswith(
        "iovDisableIR  Bool  Disable Interrrupt Routing in the IOMMU  true        TRUE     "
    )


def test_8_0_s_table_as_published(tmp_path: Path) -> None:
    """A blog on ESXi 8.0: configured at once, in effect after a restart."""
    host = host_of(tmp_path, "8.0")
    assert out(host, "esxcli system settings kernel set -s vga -v FALSE") == ""
    assert out(host, "esxcli system settings kernel list -o vga") == (
        "Name  Type  Configured  Runtime  Default  Description\n"
        "----  ----  ----------  -------  -------  -----------\n"
        "vga   Bool  FALSE       TRUE     TRUE     Enable/Disable VGA support.\n"
    )
    host.reboot(0)
    row = out(host, "esxcli system settings kernel list -o VGA").splitlines()[2]
    assert row.split()[2:5] == ["FALSE", "FALSE", "TRUE"]


@pytest.mark.parametrize("version", ESXCLI)
def test_every_release_has_a_table_and_refuses_what_is_not_in_it(
    tmp_path: Path, version: str
) -> None:
    host = host_of(tmp_path, version)
    whole = out(host, "esxcli system settings kernel list")
    assert "execInstalledOnly  " in whole
    assert len(whole.splitlines()) > 50
    for words in ("list -o acpiDbgLevel", "set -s acpiDbgLevel -v 1", "set -s vga -v 7"):
        told = ask(host, f"esxcli system settings kernel {words}")
        assert (told.exit, told.stdout) == (1, b"")
        assert told.stderr.startswith(b"This simulated host ")
    assert out(host, "esxcli system settings kernel list") == whole


def quiet(tmp_path: Path, version: str, clock: Clock | None = None, vms: int = 0) -> SimHost:
    options = {} if clock is None else {"clock": clock}
    lab = SimLab(tmp_path, hosts=1, versions=[version], pairs=0, vms=vms, **options)
    return lab["vesxi01"]


@pytest.mark.parametrize("version", VERSIONS)
def test_vim_cmd_enters_and_leaves(tmp_path: Path, version: str) -> None:
    """elatov.github.io (2012-10-27 on 4.1, 2014-01-05 on 5.0)."""
    host = quiet(tmp_path, version)
    tool = f"{vim_cmd(host)} hostsvc"
    entered = out(host, f"{tool}/maintenance_mode_enter")
    assert entered.startswith("'vim.Task:haTask-ha-host-vim.HostSystem.enterMaintenanceMode-")
    assert entered.endswith("'\n")
    assert "inMaintenanceMode = true" in ask(host, f"{tool}/runtimeinfo").stdout.decode()
    host.reboot(0)
    assert "inMaintenanceMode = true" in out(host, f"{tool}/hostsummary")
    assert ask(host, f"{tool}/maintenance_mode_enter").exit == 1
    left = out(host, f"{tool}/maintenance_mode_exit")
    assert left.startswith("'vim.Task:haTask-ha-host-vim.HostSystem.exitMaintenanceMode-")
    assert "inMaintenanceMode = false" in out(host, f"{tool}/hostsummary")


@pytest.mark.parametrize("version", [each for each in ESXCLI if each != "5.0"])
def test_esxcli_enters_and_leaves(tmp_path: Path, version: str) -> None:
    """``Enabled`` and ``Disabled``: elatov.github.io (2014-06-07), and others."""
    host = quiet(tmp_path, version)
    mode = "esxcli system maintenanceMode"
    assert out(host, f"{mode} get") == "Disabled\n"
    assert out(host, f"{mode} set -e true") == ""
    assert out(host, f"{mode} get") == "Enabled\n"
    twice = ask(host, f"{mode} set --enable true")
    assert (twice.exit, twice.stdout) == (1, b"Maintenance mode is already enabled.\n")
    assert out(host, f"{mode} set -e false") == ""
    assert out(host, f"{mode} get") == "Disabled\n"
    assert "inMaintenanceMode = false" in out(host, "vim-cmd hostsvc/hostsummary")


def test_5_0_has_no_such_namespace(tmp_path: Path) -> None:
    told = ask(quiet(tmp_path, "5.0"), "esxcli system maintenanceMode get")
    assert told.stdout.startswith(b"Error: Unknown command or namespace")


def test_entering_waits_for_the_last_vm(tmp_path: Path) -> None:
    host = quiet(tmp_path, "6.7", vms=2)
    answer = ask(host, "esxcli system maintenanceMode set -e true")
    assert answer.pending is not None
    assert answer.pending() is None
    assert out(host, "esxcli system maintenanceMode get") == "Disabled\n"
    refused = ask(host, "vim-cmd vmsvc/power.on 1")
    assert refused.exit == 1
    assert out(host, "vim-cmd vmsvc/power.getstate 1").endswith("Powered off\n")
    out(host, "vim-cmd vmsvc/power.off 2")
    assert settled(answer, lambda _: None) == answer.pending()
    assert out(host, "esxcli system maintenanceMode get") == "Enabled\n"
    assert ask(host, "vim-cmd vmsvc/power.on 2").exit == 1
    out(host, "esxcli system maintenanceMode set -e false")
    assert out(host, "vim-cmd vmsvc/power.on 2") == "Powering on VM:\n"


def test_a_timeout_is_a_number(tmp_path: Path) -> None:
    host = quiet(tmp_path, "7.0 U3")
    told = ask(host, "esxcli system maintenanceMode set -e true -t soon")
    assert told.stderr == b"This simulated host takes seconds for --timeout, not 'soon'\n"
    assert out(host, "esxcli system maintenanceMode get") == "Disabled\n"


def test_a_timeout_leaves_the_host_as_it_was(tmp_path: Path) -> None:
    clock = Clock()
    host = quiet(tmp_path, "7.0 U3", clock, vms=2)
    answer = ask(host, "esxcli system maintenanceMode set -e true -t 60")
    assert answer.pending is not None
    assert answer.pending() is None
    clock.now += 61
    late = answer.pending()
    assert late is not None
    assert late.exit == 1
    assert out(host, "vim-cmd vmsvc/power.on 1") == "Powering on VM:\n"
