"""Services: running and policy, by every way that a release has."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_lab import ask, out, vim_cmd
from paramiko import SSHException
from server_lab import client, execute, front
from test_settings_names import ESXCLI, host_of

from ftlab.sim import SimHost


def service_of(host: SimHost, key: str) -> dict[str, str]:
    """One service of ``hostconfig``; the host says that it shows no other part."""
    told = ask(host, f"{vim_cmd(host)} hostsvc/hostconfig")
    assert told.stderr == b"This simulated host shows of its hostconfig only: service\n"
    blocks = told.stdout.decode().split("(vim.host.Service) {")
    (block,) = (block for block in blocks if f'key = "{key}"' in block)
    lines = (line.strip().rstrip(", ").partition(" = ") for line in block.splitlines())
    return {name: value.strip('"') for name, _, value in lines if value}


@pytest.mark.parametrize("version", ESXCLI)
@pytest.mark.parametrize(
    ("script", "key", "words"),
    [
        ("SSH", "TSM-SSH", ("SSH login enabled\n", "SSH login disabled\n")),
        ("ESXShell", "TSM", ("ESXi shell login enabled\n", "ESXi shell login disabled\n")),
    ],
)
def test_scripts_speak_as_a_5_x_host_did(
    tmp_path: Path, version: str, script: str, key: str, words: tuple[str, str]
) -> None:
    """``services.sh restart``: elatov.github.io (2013-01-07, objective 6.5)."""
    host = host_of(tmp_path, version)
    place = f"/etc/init.d/{script}"
    assert out(host, f"{place} start") == words[0]
    assert out(host, f"{place} status") == f"{script} is running\n"
    assert service_of(host, key)["running"] == "true"
    assert out(host, f"{place} stop") == words[1]
    stopped = ask(host, f"{place} status")
    assert (stopped.exit, stopped.stdout.decode()) == (3, f"{script} is not running\n")
    assert service_of(host, key)["running"] == "false"


@pytest.mark.parametrize(
    ("version", "word", "name"),
    [("4.1", "remote_tsm", "SSH"), *((each, "ssh", "SSH") for each in ESXCLI),
     *((each, "esx_shell", "ESXShell") for each in ESXCLI)],
)  # fmt: skip
def test_vim_cmd_runs_and_keeps_the_shells(
    tmp_path: Path, version: str, word: str, name: str
) -> None:
    host = host_of(tmp_path, version)
    key = {"SSH": "TSM-SSH", "ESXShell": "TSM"}[name]
    for verb in ("enable", "start"):
        assert out(host, f"vim-cmd hostsvc/{verb}_{word}") == ""
    seen = service_of(host, key)
    assert (seen["policy"], seen["running"]) == ("on", "true")
    assert out(host, f"chkconfig --list {name}").split() == [name, "on"]
    for verb in ("disable", "stop"):
        assert out(host, f"vim-cmd hostsvc/{verb}_{word}") == ""
    seen = service_of(host, key)
    assert (seen["policy"], seen["running"]) == ("off", "false")


def test_the_names_of_the_shells_changed_with_5_0(tmp_path: Path) -> None:
    assert ask(host_of(tmp_path / "a", "4.1"), "vim-cmd hostsvc/enable_ssh").exit == 255
    assert ask(host_of(tmp_path / "b", "5.0"), "vim-cmd hostsvc/enable_remote_tsm").exit == 255


@pytest.mark.parametrize("version", ["4.1", *ESXCLI])
def test_the_policy_decides_what_runs_after_a_reboot(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    out(host, "/etc/init.d/ntpd start")
    host.reboot(0)
    assert ask(host, "/etc/init.d/ntpd status").exit == 3
    assert out(host, "chkconfig ntpd on") == ""
    assert ask(host, "/etc/init.d/ntpd status").exit == 3
    host.reboot(0)
    assert out(host, "/etc/init.d/ntpd status") == "ntpd is running\n"
    listed = dict(line.split() for line in out(host, "/sbin/chkconfig --list").splitlines())
    assert listed == {"DCUI": "on", "ESXShell": "off", "SSH": "on", "ntpd": "on"}


def test_what_is_not_simulated_is_said(tmp_path: Path) -> None:
    host = host_of(tmp_path, "7.0 U3")
    for line in ("chkconfig slpd off", "chkconfig SSH maybe", "/etc/init.d/SSH reload"):
        told = ask(host, line)
        assert (told.exit, told.stdout) == (1, b"")
        assert told.stderr.startswith(b"This simulated host has only: ")
    assert ask(host_of(tmp_path / "old", "4.1"), "/etc/init.d/SSH status").exit == 127


def test_stopped_ssh_takes_no_more_logins(tmp_path: Path) -> None:
    """Sessions go on, as on a real host; new ones do not begin."""
    with front(tmp_path, "6.7") as (lab, served), client(served.ports["vesxi01"]) as transport:
        assert execute(transport, "vim-cmd hostsvc/stop_ssh")[0] == 0
        assert execute(transport, "/etc/init.d/SSH status")[0] == 3
        with pytest.raises((EOFError, OSError, SSHException)), client(served.ports["vesxi01"]):
            pass
        assert execute(transport, "/etc/init.d/SSH start") == (0, b"SSH login enabled\n", b"")
        with client(served.ports["vesxi01"]) as again:
            assert execute(again, "/etc/init.d/SSH status")[0] == 0
        assert lab["vesxi01"].up
