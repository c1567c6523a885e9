"""The ways a connection goes wrong, on real sockets."""

from __future__ import annotations

import socket
import threading
import time

import paramiko
import pytest
from server_lab import KEY, client, dial, execute, front, sim_threads, until

from ftlab.sim import Fault


@pytest.fixture
def lab(tmp_path):
    with front(tmp_path, "6.7") as (lab, served):
        yield lab["vesxi01"], served


def hello(served, seconds=0.4):
    """What the server says first; None where it says nothing in time."""
    with socket.create_connection(("127.0.0.1", served.ports["vesxi01"]), timeout=seconds) as sock:
        try:
            return sock.recv(200)
        except TimeoutError:
            return None


@pytest.mark.parametrize("moment", ["connect", "banner"])
def test_silence_instead_of_a_banner(lab, moment):
    host, served = lab
    host.faults.append(Fault(moment, what="hang"))
    assert hello(served) is None
    assert hello(served, 5).startswith(b"SSH-2.0-")
    assert until(lambda: served.connections == 0)


def test_reset_at_connect(lab):
    host, served = lab
    host.faults.append(Fault("connect", what="cut"))
    with pytest.raises(ConnectionResetError):
        hello(served, 5)


def test_hang_up_before_the_banner_looks_like_maxstartups(lab):
    host, served = lab
    host.faults.append(Fault("banner", what="cut"))
    assert hello(served, 5) == b""


def test_words_instead_of_a_banner(lab):
    host, served = lab
    host.faults.append(Fault("banner", what="error", stdout=b"Exceeded MaxStartups\r\n"))
    assert hello(served, 5) == b"Exceeded MaxStartups\r\n"


def test_a_slow_banner_comes_all_the_same(lab):
    host, served = lab
    host.faults.append(Fault("banner", what="slow", seconds=0.3))
    began = time.monotonic()
    assert hello(served, 5).startswith(b"SSH-2.0-")
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("moment", ["connect", "banner", "auth", "exec"])
def test_a_slow_moment_costs_a_client_nothing_but_time(lab, moment):
    host, served = lab
    host.faults.append(Fault(moment, what="slow", seconds=0.2))
    began = time.monotonic()
    with client(served.ports["vesxi01"]) as transport:
        assert execute(transport, "cat", b"typed") == (0, b"typed", b"")
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("what", ["hang", "cut"])
def test_an_exec_that_is_never_answered(lab, what):
    host, served = lab
    with client(served.ports["vesxi01"]) as transport:
        host.faults.append(Fault("exec", what=what))
        patience = threading.Timer(0.4 if what == "hang" else 20, transport.close)
        patience.start()
        with pytest.raises((OSError, EOFError, paramiko.SSHException)):
            transport.open_session().exec_command("true")
        assert patience.finished.is_set() == (what == "hang")
        patience.cancel()
    assert until(lambda: served.connections == 0)


def test_stops_in_the_middle_of_the_key_exchange(lab):
    host, served = lab
    host.faults.append(Fault("banner", what="lie"))
    transport = paramiko.Transport(("127.0.0.1", served.ports["vesxi01"]))
    transport.start_client(timeout=0.5)
    assert transport.remote_version.startswith("SSH-2.0-")
    assert transport.kex_engine is not None
    assert not transport.initial_kex_done
    transport.close()
    assert until(lambda: served.connections == 0)


def test_login_that_is_never_answered(lab):
    host, served = lab
    host.faults.append(Fault("auth", what="hang"))
    transport = dial(served.ports["vesxi01"])
    transport.auth_timeout = 0.4
    with pytest.raises(paramiko.AuthenticationException):
        transport.auth_publickey("root", KEY)
    transport.close()
    assert until(lambda: served.connections == 0)


def test_login_refused_once(lab):
    host, served = lab
    host.faults.append(Fault("auth", what="error"))
    transport = dial(served.ports["vesxi01"])
    with pytest.raises(paramiko.AuthenticationException):
        transport.auth_publickey("root", KEY)
    transport.auth_publickey("root", KEY)
    transport.close()


def test_exec_refused(lab):
    host, served = lab
    host.faults.append(Fault("exec", what="error"))
    with client(served.ports["vesxi01"]) as transport:
        with pytest.raises(paramiko.SSHException):
            transport.open_session().exec_command("true")
        assert execute(transport, "echo again")[1] == b"again\n"


def test_cut_in_the_middle_of_an_answer(lab):
    host, served = lab
    host.faults.append(Fault("vmware", what="cut", runs=True))
    with client(served.ports["vesxi01"]) as transport:
        status, out, _ = execute(transport, "echo before; vmware -v; echo after")
        assert (status, out[:7]) == (-1, b"before\n")
        assert b"after" not in out
        assert until(lambda: not transport.is_active())


@pytest.mark.parametrize("runs", [False, True])
def test_an_applet_is_struck_like_a_tool(lab, runs):
    host, served = lab
    host.path("/scratch").mkdir(parents=True, exist_ok=True)
    host.faults.append(Fault("touch /scratch/one", what="error", exit=7, stderr=b"no\n", runs=runs))
    host.faults.append(Fault("mv", what="cut"))
    with client(served.ports["vesxi01"]) as transport:
        assert execute(transport, "touch /scratch/one") == (7, b"", b"no\n")
        assert execute(transport, "ls /scratch")[1] == (b"one\n" if runs else b"")
        assert execute(transport, "echo a; mv /scratch/one /scratch/two; echo b")[:2] == (
            -1,
            b"a\n",
        )
    assert not host.path("/scratch/two").exists()


def test_a_reboot_cuts_everyone_and_refuses_for_a_while(lab):
    host, served = lab
    host.faults.append(Fault("vmware", what="reboot", seconds=1.0))
    port = served.ports["vesxi01"]
    with client(port) as bystander, client(port) as transport:
        assert execute(transport, "vmware -v")[0] == -1
        assert until(lambda: not bystander.is_active())
        with pytest.raises((OSError, EOFError, paramiko.SSHException)):
            dial(port)
    assert until(lambda: host.up)
    dial(port).close()


def test_maxstartups_drops_the_unauthenticated_only(tmp_path):
    with front(tmp_path, "8.0", max_startups=(3, 100, 5)) as (_, served):
        port = served.ports["vesxi01"]
        with client(port), client(port), client(port), client(port):
            assert hello(served, 5).startswith(b"SSH-2.0-")
            assert until(lambda: served.connections == 4)
        waiting = [dial(port) for _ in range(3)]
        assert hello(served, 5) == b""
        for transport in waiting:
            transport.close()
        assert until(lambda: served.connections == 0)
        dial(port).close()


def test_a_client_that_says_nonsense_or_leaves_is_forgotten(lab):
    _, served = lab
    for words in (b"GET / HTTP/1.0\r\n\r\n", b"", b"SSH-2.0-x\r\n" + bytes(100)):
        with socket.create_connection(("127.0.0.1", served.ports["vesxi01"])) as sock:
            sock.sendall(words)
            sock.shutdown(socket.SHUT_WR)
            sock.settimeout(10)
            while sock.recv(4096):
                pass
    assert until(lambda: served.connections == 0)
    assert sim_threads() == ["sim-ssh"]
