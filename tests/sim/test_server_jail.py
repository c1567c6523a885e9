"""Persons' sessions and what the small shell refuses: BusyBox in a jail, over real SSH."""
# ruff: noqa: S108 - paths on the simulated host

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from server_lab import execute, until
from test_server_shell import Session

from ftlab.sim import Fault, SimLab, running_lab
from ftlab.sim.jail import jail
from ftlab.sim.jail.jail import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "a jail can be had")


@pytest.fixture
def lab(tmp_path):
    with running_lab(2, directory=tmp_path, versions=("5.0", "8.0"), shells="auto") as served:
        yield served


def transport_to(lab, name):
    import paramiko

    transport = paramiko.Transport(("127.0.0.1", lab.front.ports[name]))
    transport.start_client(timeout=20)
    transport.auth_publickey("root", paramiko.ECDSAKey.from_private_key_file(str(lab.key_file)))
    return transport


@pytest.fixture
def modern(lab):
    transport = transport_to(lab, "vesxi02")
    yield transport
    transport.close()


def test_what_is_this_machines_own_cannot_be_changed_from_inside(modern):
    """Also by root, whose the simulated host's session then is."""
    before = Path("/dev/null").stat().st_mode
    for command in ("chmod 666 /dev/null", "touch /.ftlab/busybox", "chmod 755 /.ftlab/perl"):
        assert execute(modern, f"sh -c 'exec {command}'")[0] != 0, command
    assert execute(modern, "sh -c 'echo gone > /dev/null && echo there'")[:2] == (0, b"there\n")
    assert Path("/dev/null").stat().st_mode == before


def test_what_the_small_shell_refuses_runs_in_busybox(lab, modern):
    told = execute(
        modern,
        "for id in $(vim-cmd vmsvc/getallvms | awk 'NR>1 {print $1}'); do echo [$id]; done; exit 5",
    )
    assert told == (5, b"[10]\n[8]\n[9]\n", b"")
    assert lab.sim["vesxi02"].commands == [("vim-cmd", "vmsvc/getallvms")]


def test_its_streams_are_kept_apart_and_its_input_is_the_clients(modern):
    told = execute(modern, "sed s/a/b/; echo err >&2; ls *.nothing", b"aa\n")
    assert told[:2] == (1, b"ba\n")
    assert told[2].startswith(b"err\n")


def test_files_are_the_hosts_and_the_machine_is_out_of_reach(lab, modern):
    execute(modern, "for f in a b; do echo $f > /tmp/$f; done")
    assert lab.sim["vesxi02"].path("/tmp/b").read_bytes() == b"b\n"
    status, _, err = execute(modern, "ls /root/* /home; echo x > /usr/lib/ftlab-was-here")
    assert status != 0
    assert err
    assert not Path("/usr/lib/ftlab-was-here").exists()
    assert execute(modern, "ls /dev | xargs echo")[1] == b"full null pts random tty urandom zero\n"


def test_a_session_is_busybox_on_a_real_terminal(modern):
    session = Session(modern)
    prompt = "[root@vesxi02:~] "
    assert "BusyBox's own ash" in session.until(prompt)
    session.type("[ -t 0 ] && echo a terminal; cd /tmp; hostname\r")
    seen = session.until("[root@vesxi02:/tmp] ")
    assert "\r\na terminal\r\n" in seen
    assert "vesxi02\r\n" in seen
    session.type("sleep 1017; echo no\r")
    session.until("\r\n")
    assert until(lambda: "sleep\x001017\x00" in running())
    session.type("\x03")
    assert "no" not in session.until("[root@vesxi02:/tmp] ")
    session.type("echo one > f; vi f\r")
    session.until("1/1 100%", within=True)
    session.type("cctwo\x1b")
    session.until("- f [Modified]", within=True)
    session.type(":wq\r")
    session.until("[root@vesxi02:/tmp] ")
    session.type("more f; exit 7\r")
    session.until("\r\ntwo\r\n", within=True)
    assert session.channel.recv_exit_status() == 7


def test_the_window_has_the_clients_size(modern):
    channel = modern.open_session(timeout=20)
    channel.get_pty("vt100", 111, 22)
    channel.exec_command("echo $TERM; stty size || echo none; exit 0")
    seen = b""
    while block := channel.recv(100):
        seen += block
    assert seen.startswith(b"vt100\r\n")


def test_an_old_host_has_the_prompt_of_its_age(lab):
    transport = transport_to(lab, "vesxi01")
    Session(transport).until("\r\n~ # ")
    transport.close()


def test_a_cut_ends_the_connection(lab, modern):
    lab.sim["vesxi02"].faults.append(Fault("vmware", what="cut", runs=True))
    channel = modern.open_session(timeout=20)
    channel.exec_command("for i in 1 2; do vmware -v; echo after $i; done")
    seen = b""
    while block := channel.recv(100):
        seen += block
    assert b"after" not in seen
    assert until(lambda: not modern.is_active())


def test_a_flood_ends_with_its_client(lab, modern):
    channel = modern.open_session(timeout=20)
    channel.exec_command("while :; do echo flood; done")
    assert channel.recv(1000).startswith(b"flood\n")
    modern.close()
    assert until(lambda: "echo flood" not in running())


def test_the_end_of_the_lab_ends_its_shells(tmp_path):
    with running_lab(1, directory=tmp_path, versions=("8.0",), shells="auto") as lab:
        transport = transport_to(lab, "vesxi01")
        transport.open_session(timeout=20).exec_command("while :; do sleep 987; done")
        assert until(lambda: "sleep\x00987" in running())
    assert until(lambda: "sleep\x00987" not in running())
    assert list(tmp_path.iterdir()) == []


def running() -> str:
    lines = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                lines.append((entry / "cmdline").read_bytes().decode("utf-8", "replace"))
            except OSError:
                continue
    return "\n".join(lines)


def test_busybox_serves_everything_where_it_is_told_to(tmp_path):
    with running_lab(1, directory=tmp_path, versions=("8.0",), shells="busybox") as lab:
        transport = transport_to(lab, "vesxi01")
        assert execute(transport, "vmware -v; echo $0")[1].endswith(b"\nsh\n")
        assert execute(transport, "readlink /bin/echo")[1] == b"/.ftlab/busybox\n"
        transport.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming somebody else needs root")
def test_it_needs_no_root(monkeypatch):
    """A jail's command as a user without any right, in a user namespace."""
    user = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    spaces = (*user, str(jail.program("unshare")), *jail._USER, *jail._SPACES)
    if subprocess.run([*spaces, "true"], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are forbidden here")
    monkeypatch.setattr(jail, "_unshare", lambda: spaces)
    monkeypatch.setattr("os.geteuid", lambda: 65534)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lab = SimLab(folder / "hosts", hosts=1, versions=["8.0"], pairs=0)
        jailed = jail.Jail(lab.hosts, folder / "jail")
        jailed.setup("vesxi01")
        socket = jailed._controller.path
        for path in (folder, *folder.rglob("*"), socket.parent, socket):
            os.chown(path, 65534, 65534, follow_symlinks=False)
        script = b"for i in 1 2; do vmware -v; done; echo x > /tmp/x; ls -l /tmp/x"
        process = jailed.start("vesxi01", script)
        out, err = process.communicate(b"", timeout=60)
        jailed.close()
    assert (process.returncode, err) == (0, b"")
    assert out.count(b"VMware ESXi 8.0.3") == 2
    assert b" root     root " in out


def test_a_shell_that_cannot_be_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("ftlab.sim.serve.lab.missing", lambda: "busybox is not installed")
    with (
        pytest.raises(ValueError, match="busybox is not installed"),
        running_lab(1, directory=tmp_path, shells="busybox"),
    ):
        pass
    with running_lab(1, directory=tmp_path, shells="auto") as lab:
        assert "busybox is not installed" in lab.shell
