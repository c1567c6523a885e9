"""Commands over real SSH: streams, status, parallel channels, stdin, latency, SFTP."""
# ruff: noqa: S108 - paths on the simulated host

from __future__ import annotations

import threading
import time

import paramiko
import pytest
from server_lab import client, dial, execute, front, sim_threads, until

from ftlab.sim import running_lab
from ftlab.sim.jail.jail import missing
from ftlab.sim.ssh.connection import MAX_SESSIONS


@pytest.fixture
def modern(tmp_path):
    with front(tmp_path, "8.0") as (lab, served):
        yield lab["vesxi01"], served.ports["vesxi01"]


def test_status_and_streams_are_kept_apart(modern):
    _, port = modern
    with client(port) as transport:
        assert execute(transport, "echo out; echo err >&2; exit 7") == (7, b"out\n", b"err\n")


def test_the_model_answers_and_remembers(modern):
    host, port = modern
    with client(port) as transport:
        status, out, _ = execute(transport, "vmware -v")
    assert (status, out[:17]) == (0, b"VMware ESXi 8.0.3")
    assert host.commands == [("vmware", "-v")]


def test_files_are_the_hosts(modern):
    host, port = modern
    data = bytes(range(256)) * 4000
    with client(port) as transport:
        execute(transport, "cat > '/tmp/a b'", data)
        assert host.path("/tmp/a b").read_bytes() == data
        assert execute(transport, "cat '/tmp/a b'")[1] == data


def test_a_terminal_joins_the_streams_with_crlf(modern):
    _, port = modern
    with client(port) as transport:
        assert execute(transport, "echo a; echo b >&2", pty=True) == (0, b"a\r\nb\r\n", b"")


def test_a_command_is_bytes(modern):
    _, port = modern
    with client(port) as transport:
        assert execute(transport, b"echo gr\xfc\xdfe > /tmp/x; cat /tmp/x")[1] == b"gr\xfc\xdfe\n"


def test_a_window_that_changes_disturbs_no_command(modern):
    _, port = modern
    with client(port) as transport:
        channel = transport.open_session(timeout=20)
        channel.settimeout(20)
        channel.get_pty()
        channel.exec_command("cat")
        channel.resize_pty(100, 30)
        channel.sendall(b"on\n")
        assert channel.recv(100) == b"on\r\n"


@pytest.mark.parametrize("shells", ["small", "busybox"])
def test_a_client_that_does_not_read_holds_up_itself_alone(tmp_path, shells):
    """It offers as large a window as there is, so that it is the server that has to stop."""
    if shells == "busybox" and missing():
        pytest.skip(missing())
    with running_lab(2, directory=tmp_path, versions=("8.0",) * 2, shells=shells) as lab:
        key = paramiko.ECDSAKey.from_private_key_file(str(lab.key_file))
        one, other = lab.front.ports.values()
        with lab.sim["vesxi01"].path("/tmp/big").open("wb") as file:
            file.truncate(32 << 20)
        with client(one, key) as transport, client(other, key) as bystander:
            go_on = threading.Event()
            channel = transport.open_channel("session", window_size=1 << 30, timeout=20)
            channel.exec_command("cat /tmp/big")
            read = transport.packetizer.read_all
            transport.packetizer.read_all = lambda *a, **k: go_on.wait(60) and read(*a, **k)
            [connection] = lab.front.doors["vesxi01"].connections
            assert until(lambda: connection.full)
            assert execute(bystander, "echo there")[1] == b"there\n"
            assert connection.full
            assert connection._wire.get_write_buffer_size() < 1 << 20
            go_on.set()
            received = iter(lambda: len(channel.recv(1 << 20)), 0)
            assert sum(received) == 32 << 20


def test_stdin_can_be_a_conversation(modern):
    _, port = modern
    with client(port) as transport:
        channel = transport.open_session()
        channel.settimeout(20)
        channel.exec_command("cat")
        for line in (b"one\n", b"two\n"):
            channel.sendall(line)
            assert channel.recv(100) == line


def test_ten_channels_at_once_and_no_eleventh(modern):
    _, port = modern
    with client(port) as transport:
        channels = [transport.open_session() for _ in range(MAX_SESSIONS)]
        with pytest.raises(paramiko.ChannelException):
            transport.open_session()
        for number, channel in enumerate(channels):
            channel.settimeout(20)
            channel.exec_command(f"echo {number}; cat")
        assert [channel.recv(10) for channel in channels] == [b"%d\n" % n for n in range(10)]
        for channel in channels:
            channel.shutdown_write()
        assert [channel.recv_exit_status() for channel in channels] == [0] * MAX_SESSIONS
        assert until(lambda: execute(transport, "true")[0] == 0)


def test_a_command_that_has_ended_leaves_room_at_once(modern, monkeypatch):
    """The client takes its time with closing what has ended."""
    table = paramiko.Transport._channel_handler_table
    monkeypatch.setitem(table, paramiko.common.MSG_CHANNEL_CLOSE, lambda _channel, _m: None)
    _, port = modern
    with client(port) as transport:
        channels = []
        for _ in range(2 * MAX_SESSIONS):
            channels.append(transport.open_session(timeout=20))
            channels[-1].exec_command("true")
            assert channels[-1].recv_exit_status() == 0


def test_latencies_of_one_connection_run_side_by_side(tmp_path):
    latency = {"latency": {"esxcli": 0.3}}
    with (
        front(tmp_path, "6.7", lab_options=latency) as (_, served),
        client(served.ports["vesxi01"]) as transport,
    ):
        began = time.monotonic()
        arguments = (transport, "esxcli system version get")
        threads = [threading.Thread(target=execute, args=arguments) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 0.3 <= time.monotonic() - began < 1.2


def test_a_command_runs_on_after_its_client_left(modern):
    host, port = modern
    with client(port) as transport:
        channel = transport.open_session()
        channel.exec_command("sleep 0.2; echo done > /tmp/mark")
        channel.close()
    assert until(lambda: host.path("/tmp/mark").exists())


def test_an_endless_wait_ends_with_its_client(modern):
    from ftlab.sim import Fault

    host, port = modern
    host.faults.append(Fault("vmware", what="hang"))
    with client(port) as transport:
        channel = transport.open_session()
        channel.exec_command("vmware -v")
        channel.settimeout(0.2)
        with pytest.raises(TimeoutError):
            channel.recv(1)
    assert until(lambda: not any(name.startswith("sim-exec") for name in sim_threads()))


def test_sftp_where_the_host_has_it(tmp_path):
    with front(tmp_path, "5.5", "8.0", sftp={"vesxi02"}) as (lab, served):
        with client(served.ports["vesxi02"]) as transport:
            sftp = paramiko.SFTPClient.from_transport(transport)
            with sftp.open("/tmp/x", "wb") as file:
                file.write(b"\0\xffdata")
            assert lab["vesxi02"].path("/tmp/x").read_bytes() == b"\0\xffdata"
            assert (sftp.stat("/tmp/x").st_size, sftp.listdir("/tmp")) == (6, ["x"])
            sftp.chmod("/tmp/x", 0o600)
            sftp.posix_rename("/tmp/x", "/tmp/y")
            with sftp.open("/tmp/y", "rb") as file:
                assert file.read() == b"\0\xffdata"
            sftp.mkdir("/tmp/d")
            sftp.rmdir("/tmp/d")
            sftp.remove("/tmp/y")
            with pytest.raises(FileNotFoundError):
                sftp.stat("/tmp/y")
            lab["vesxi02"].path("/tmp/out").symlink_to("/etc/hostname")
            with pytest.raises(PermissionError):
                sftp.open("/tmp/out", "rb")
        with client(served.ports["vesxi01"]) as transport, pytest.raises(paramiko.SSHException):
            paramiko.SFTPClient.from_transport(transport)


def test_close_is_prompt_and_leaves_nothing(tmp_path):
    before = set(threading.enumerate())
    with front(tmp_path, *["5.5"] * 20) as (_, served):
        transports = [dial(port) for port in served.ports.values()]
        from server_lab import KEY

        for transport in transports[:10]:
            transport.auth_publickey("root", KEY)
            transport.open_session().exec_command("sleep 100")
        assert served.connections == 20
        began = time.monotonic()
    assert time.monotonic() - began < 3
    assert sim_threads() == []
    for transport in transports:
        transport.close()
        transport.join(10)
    assert set(threading.enumerate()) - before == set()


def test_closing_twice_and_a_taken_port(tmp_path):
    with front(tmp_path, "5.5") as (lab, served):
        from ftlab.sim.ssh.front import SshFront

        other = SshFront(lab)
        with pytest.raises(OSError, match="in use"):
            other.start(served.ports)
        other.close()
    served.close()
