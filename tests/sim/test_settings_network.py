"""Security policies, port groups, NTP and syslog: the published answers, by release."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_lab import ask, out
from test_settings_names import ESXCLI, host_of

SEVEN = [version for version in ESXCLI if version[0] in "789"]
BEFORE_SEVEN = [version for version in ESXCLI if version not in SEVEN]


def policy(promiscuous: str, mac: str, forged: str, head: str = "") -> str:
    return (
        f"   {head}Allow Promiscuous: {promiscuous}\n   {head}Allow MAC Address Change: {mac}\n"
        f"   {head}Allow Forged Transmits: {forged}\n"
    )


@pytest.mark.parametrize("version", ESXCLI)
def test_the_policy_of_a_switch(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    security = "esxcli network vswitch standard policy security"
    assert out(host, f"{security} get -v vSwitch0") == policy("false", "true", "true")
    assert out(host, f"{security} set -v vSwitch0 -o true --allow-forged-transmits=0") == ""
    host.reboot(0)
    assert out(host, f"{security} get -v vSwitch0") == policy("true", "true", "false")
    assert ask(host, f"{security} get -v vSwitch7").exit == 1
    assert ask(host, f"{security} set -v vSwitch0 -m perhaps").stderr == (
        b"This simulated host takes true or false for --allow-mac-change, not 'perhaps'\n"
    )
    assert out(host, f"{security} get -v vSwitch0") == policy("true", "true", "false")


@pytest.mark.parametrize("version", ESXCLI)
def test_a_port_group_follows_its_switch_until_it_has_a_policy_of_its_own(
    tmp_path: Path, version: str
) -> None:
    host = host_of(tmp_path, version)
    switch = "esxcli network vswitch standard policy security set -v vSwitch0"
    group = "esxcli network vswitch standard portgroup policy security"
    out(host, f"{switch} -o true")
    own = policy("false", "false", "false", "Override Vswitch ")
    assert out(host, f"{group} get -p", "VM Network") == policy("true", "true", "true") + own
    assert out(host, f"{group} set -m false -p", "VM Network") == ""
    out(host, f"{switch} -o false")
    own = policy("false", "true", "false", "Override Vswitch ")
    assert out(host, f"{group} get -p", "VM Network") == policy("false", "false", "true") + own
    assert out(host, f"{group} set -u -o true -p", "VM Network") == ""
    own = policy("true", "false", "false", "Override Vswitch ")
    assert out(host, f"{group} get -p", "VM Network") == policy("true", "true", "true") + own
    assert ask(host, f"{group} get -p", "No such").exit == 1


def test_port_groups_as_published(tmp_path: Path) -> None:
    """elatov.github.io (2024-01-10), with this host's groups."""
    told = out(host_of(tmp_path, "7.0 U3"), "esxcli network vswitch standard portgroup list")
    assert told == (
        "Name                Virtual Switch  Active Clients  VLAN ID\n"
        "------------------  --------------  --------------  -------\n"
        "FT logging          vSwitch0                     1        0\n"
        "Management Network  vSwitch0                     1        0\n"
        "VM Network          vSwitch0                     1        0\n"
        "vMotion             vSwitch0                     1        0\n"
    )


def test_5_0_syslog_as_published(tmp_path: Path) -> None:
    """elatov.github.io (2013-01-07, objective 6.1)."""
    host = host_of(tmp_path, "5.0")
    head = (
        "   Default Rotation Size: 1024\n   Default Rotations: 8\n   Log Output: /scratch/log\n"
        "   Log To Unique Subdirectory: false\n   Remote Host: "
    )
    assert out(host, "esxcli system syslog config get") == f"{head}\n"
    assert out(host, "esxcli system syslog config set --loghost=tcp://192.168.0.21:514") == ""
    assert out(host, "esxcli system syslog config get") == f"{head}tcp://192.168.0.21:514\n"
    assert out(host, "esxcli system syslog reload") == ""


SYSLOG_6X = """\
   Default Network Retry Timeout: 180
   Dropped Log File Rotation Size: 100
   Dropped Log File Rotations: 10
   Enforce SSLCertificates: false
   Local Log Output: /scratch/log
   Local Log Output Is Configured: false
   Local Log Output Is Persistent: true
   Local Logging Default Rotation Size: 1024
   Local Logging Default Rotations: 8
   Log To Unique Subdirectory: false
   Message Queue Drop Mark: 90
   Remote Host: {}
"""
"""elatov.github.io (2018-03-08)."""


@pytest.mark.parametrize("version", ["6.0", "6.5", "6.7"])
def test_6_x_syslog_as_published(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    target = "tcp://10.0.0.6:5004,udp://192.168.1.106:514"
    assert out(host, "esxcli system syslog config get") == SYSLOG_6X.format("<none>")
    assert out(host, f"esxcli system syslog config set --loghost={target}") == ""
    host.reboot(0)
    assert out(host, "esxcli system syslog config get") == SYSLOG_6X.format(target)


@pytest.mark.parametrize("version", ESXCLI)
def test_syslog_s_values_are_hostd_s(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    name = "Syslog.global.logHost"
    assert out(host, "esxcli system syslog config set --loghost", "udp://10.9.9.9:514") == ""
    assert 'value = "udp://10.9.9.9:514"' in out(host, f"vim-cmd hostsvc/advopt/view {name}")
    assert out(host, f"vim-cmd hostsvc/advopt/update {name} string udp://log.lab") == ""
    assert "   Remote Host: udp://log.lab\n" in out(host, "esxcli system syslog config get")
    assert out(host, "esxcli system syslog config set --reset=loghost") == ""
    assert 'value = ""' in out(host, f"vim-cmd hostsvc/advopt/view {name}")


def test_7_0_has_a_line_more_and_4_x_other_options(tmp_path: Path) -> None:
    told = out(host_of(tmp_path / "a", "8.0"), "esxcli system syslog config get")
    assert told == SYSLOG_6X.format("<none>") + "   Strict X509Compliance: false\n"
    old = host_of(tmp_path / "b", "4.1")
    name = "Syslog.Remote.Hostname"
    assert out(old, f"vim-cmd hostsvc/advopt/update {name} string loghost.lab") == ""
    assert 'value = "loghost.lab"' in out(old, f"vim-cmd hostsvc/advopt/view {name}")


@pytest.mark.parametrize("version", SEVEN)
def test_ntp_from_7_0_on(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    off = out(host, "esxcli system ntp get")
    assert off.startswith("   Enabled: false\n   Loglevel: warning\n   PID: \n")
    assert ("   Time Synchronized: false\n" in off) is (version != "7.0 U1")
    assert out(host, "esxcli system ntp set -s ntp1.lab -s 10.0.0.2 -e 1") == ""
    host.reboot(0)
    on = out(host, "esxcli system ntp get")
    assert "   Enabled: true\n" in on
    assert "   Servers: ntp1.lab, 10.0.0.2\n" in on
    assert out(host, "/etc/init.d/ntpd status") == "ntpd is running\n"
    assert out(host, "chkconfig --list ntpd").split() == ["ntpd", "on"]
    assert out(host, "esxcli system ntp set --server=ntp3.lab") == ""
    lines = out(host, "esxcli system ntp config get").splitlines()
    assert lines[0] == "Command"
    assert lines[-1] == "server ntp3.lab"
    assert host.path("/etc/ntp.conf").read_text().endswith("ntp.drift\nserver ntp3.lab\n")
    assert out(host, "esxcli system ntp set --reset") == ""
    assert out(host, "esxcli system ntp get") == off


@pytest.mark.parametrize("version", BEFORE_SEVEN)
def test_before_there_is_the_file(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    told = ask(host, "esxcli system ntp get")
    assert (told.exit, told.stdout) == (
        1, b"Error: Unknown command or namespace system ntp get\n\n"
    )  # fmt: skip
    file = host.path("/etc/ntp.conf")
    assert "server" not in file.read_text()
    file.write_text(file.read_text() + "server 10.0.0.1\n")
    host.reboot(0)
    assert file.read_text().endswith("server 10.0.0.1\n")


def test_what_of_ntp_is_not_simulated_is_said(tmp_path: Path) -> None:
    host = host_of(tmp_path, "8.0")
    told = ask(host, "esxcli system ntp test")
    assert told.stderr == b"This simulated host does not have: esxcli system ntp test\n"
    assert ask(host, "esxcli system ntp set -l loud").exit == 1
    assert ask(host, "esxcli system ntp set -f /tmp/ntp.txt").exit == 1
    out(host, "esxcli system ntp set -s ntp1.lab")
    assert ask(host, "esxcli system ntp set --server=").stderr == (
        b"This simulated host takes the name of a server for --server; --reset leaves none\n"
    )
    assert "   Servers: ntp1.lab\n" in out(host, "esxcli system ntp get")
