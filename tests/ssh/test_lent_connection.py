"""``lab.connection(host)``: the verified Fabric connection, for tasks of one's own."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest
from fabric import Connection
from invoke.exceptions import CommandTimedOut, UnexpectedExit
from ports import free_port
from ssh_bench import Client, Launch
from ssh_servers import Server

from ftlab import Lab
from ftlab.engine.lab import OpenLab
from ftlab.engine.ui import Ui
from ftlab.errors import InventoryError, Lost, NotTried, Unreachable
from ftlab.lab.lab import lab_on
from ftlab.lab.options import options_of
from ftlab.ssh.settings import SshSettings

HOSTS = """
[lab]
box ansible_host=127.0.0.1 ansible_port={port} ansible_user=root ansible_ssh_private_key_file={key}
behind ansible_host=127.0.0.1 ansible_port={port} ansible_user=root ftlab_jump=box
behind ansible_ssh_private_key_file={key}
[spare]
spare ansible_host=127.0.0.1 ansible_port={port}
far ansible_connection=local
"""


def reached(port: int) -> socket.socket:
    """Fabric returns before it listens."""
    until = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 10)
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.02)


@pytest.fixture
def lab(client: Client, sshd: Server, tmp_path: Path) -> Iterator[Lab]:
    opened = a_lab(client, sshd, tmp_path)
    yield opened
    opened.close()


def a_lab(client: Client, server: Server, folder: Path, *, trusted: bool = True) -> Lab:
    inventory = folder / "hosts.ini"
    inventory.write_text(HOSTS.format(port=server.port, key=client.keys.user))
    known = folder / "known_hosts"
    known.write_text(server.known_hosts_line() if trusted else "")
    ssh = SshSettings(known_hosts=(known,))
    options = options_of(inventory, {"state_dir": folder / "state", "limit": "lab:far"})
    return lab_on(OpenLab(replace(options, ssh=ssh), Ui()))


def test_it_is_fabrics_own_and_runs_commands(lab: Lab):
    with lab.connection("box") as box:
        assert isinstance(box, Connection)
        done = box.run("echo out; echo err >&2", hide=True)
        assert (done.stdout, done.stderr, done.exited) == ("out\n", "err\n", 0)
        assert box.run("exit 3", hide=True, warn=True).exited == 3
        with pytest.raises(UnexpectedExit):
            box.run("exit 3", hide=True)
        with pytest.raises(CommandTimedOut):
            box.run("sleep 30", hide=True, timeout=1)


def test_prefix_and_folder_go_in_front(lab: Lab, tmp_path: Path):
    with lab.connection("box") as box, box.cd(str(tmp_path)), box.prefix("X=1"):
        assert box.run("pwd; echo $X", hide=True).stdout == f"{tmp_path}\n1\n"


def test_what_is_in_the_environment_stays_a_value(lab: Lab, tmp_path: Path):
    """Fabric itself would write it in front of the command as it is."""
    trap = tmp_path / "trap"
    value = f"a  b; touch {trap}; 'c' $HOME"
    with lab.connection("box") as box:
        done = box.run('printf %s "$WORD"', env={"WORD": value, "OTHER": "1"}, hide=True)
        assert done.stdout == value
        with pytest.raises(ValueError, match="cannot be the name of a variable"):
            box.run("true", env={f"X=1; touch {trap}; Y": "1"}, hide=True)
    assert not trap.exists()


def test_files_go_both_ways(client: Client, launch: Launch, tmp_path: Path):
    lab = a_lab(client, launch({"Subsystem": "sftp internal-sftp"}), tmp_path)
    there, back = tmp_path / "there", tmp_path / "back"
    with lab.connection("box") as box:
        box.put(io.BytesIO(b"\x00bytes\n"), str(there))
        assert there.read_bytes() == b"\x00bytes\n"
        box.get(str(there), str(back))
    assert back.read_bytes() == b"\x00bytes\n"


def test_a_port_over_there_is_reached_from_here(lab: Lab):
    with socket.create_server(("127.0.0.1", 0)) as service:
        threading.Thread(target=lambda: service.accept()[0].sendall(b"hello"), daemon=True).start()
        here, there = free_port(), service.getsockname()[1]
        with (
            lab.connection("box") as box,
            box.forward_local(here, remote_port=there),
            reached(here) as caller,
        ):
            assert caller.recv(5) == b"hello"


def test_a_port_here_is_reached_from_over_there(lab: Lab):
    with socket.create_server(("127.0.0.1", 0)) as service:
        threading.Thread(target=lambda: service.accept()[0].sendall(b"hello"), daemon=True).start()
        there, here = free_port(), service.getsockname()[1]
        with (
            lab.connection("box") as box,
            box.forward_remote(there, local_port=here),
            reached(there) as caller,
        ):
            assert caller.recv(5) == b"hello"


def test_an_unknown_host_key_is_refused(client: Client, sshd: Server, tmp_path: Path):
    lab = a_lab(client, sshd, tmp_path, trusted=False)
    with pytest.raises(Unreachable) as refused:
        lab.connection("box")
    assert refused.value.kind == "hostkey.unknown"


@pytest.mark.parametrize("name", ["nosuch", "spare", "lab", "root@box"])
def test_only_a_selected_host_is_connected_to(lab: Lab, name: str):
    with pytest.raises(InventoryError):
        lab.connection(name)


def test_a_host_that_is_not_for_ssh_is_not_connected_to(lab: Lab):
    with pytest.raises(NotTried):
        lab.connection("far")


def test_a_closed_one_says_so(lab: Lab):
    with lab.connection("box") as box:
        box.run("true")
    with pytest.raises(Lost, match="closed"):
        box.run("true")
    box.close()
    with lab.connection("box") as another:
        assert another.run("echo again", hide=True).stdout == "again\n"


def test_a_run_meanwhile_leaves_it_open_and_the_end_closes_it(lab: Lab):
    """Also the jump host that it goes through."""
    behind = lab.connection("behind")
    report = lab.run_command("true", read_only=True)
    assert [outcome.status for outcome in report.outcomes][:2] == ["ok", "ok"]
    assert behind.run("echo still", hide=True).stdout == "still\n"
    lab.close()
    assert not behind.is_connected
    with pytest.raises(Lost):
        behind.run("true")


def test_what_one_changes_of_its_settings_is_its_own(lab: Lab):
    with lab.connection("box") as one, lab.connection("box") as other:
        one.config.run.warn = True
        assert one.run("exit 3", hide=True).exited == 3
        with pytest.raises(UnexpectedExit):
            other.run("exit 3", hide=True)


def test_a_host_without_sftp_still_runs_commands(lab: Lab, tmp_path: Path):
    with lab.connection("box") as box:
        with pytest.raises(paramiko.SSHException):
            box.put(io.BytesIO(b"x"), str(tmp_path / "x"))
        assert box.run("echo on", hide=True).stdout == "on\n"


def test_a_command_gets_nothing_of_what_is_typed_here(lab: Lab, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("typed\n"))
    with lab.connection("box") as box:
        assert box.run("cat", hide=True, timeout=20).stdout == ""
        assert box.run("cat", hide=True, in_stream=io.StringIO("given\n")).stdout == "given\n"
