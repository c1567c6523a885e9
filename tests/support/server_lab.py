"""A small lab on the wire and plain paramiko clients for it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import paramiko

from ftlab.sim import SimLab
from ftlab.sim.ssh.front import SshFront

KEY = paramiko.ECDSAKey.generate()


@contextlib.contextmanager
def front(tmp_path, *versions, lab_options=None, **options) -> Iterator[tuple[SimLab, SshFront]]:
    lab = SimLab(
        tmp_path / "lab", hosts=len(versions), versions=versions, pairs=0, **(lab_options or {})
    )
    options.setdefault("authorized", {KEY.asbytes()})
    with SshFront(lab, **options) as served:
        yield lab, served


def dial(port: int) -> paramiko.Transport:
    """A transport on a socket without Nagle's delay, key exchange done."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=20)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    transport = paramiko.Transport(sock)
    try:
        transport.start_client(timeout=20)
    except BaseException:
        transport.close()
        raise
    return transport


@contextlib.contextmanager
def client(port: int, key: paramiko.PKey = KEY) -> Iterator[paramiko.Transport]:
    transport = dial(port)
    try:
        transport.auth_publickey("root", key)
        yield transport
    finally:
        transport.close()


def execute(transport, command, stdin=b"", *, pty=False):
    """(status, stdout, stderr) of one command."""
    channel = transport.open_session(timeout=20)
    channel.settimeout(20)
    if pty:
        channel.get_pty()
    channel.exec_command(command)
    with contextlib.suppress(OSError, EOFError):
        channel.sendall(stdin)
        channel.shutdown_write()
    out = b"".join(iter(lambda: channel.recv(65536), b""))
    err = b"".join(iter(lambda: channel.recv_stderr(65536), b""))
    return channel.recv_exit_status(), out, err


elsewhere: set[threading.Thread] = set()
"""Threads that were there when the test began: other tests' labs of wider scope have theirs."""


def sim_threads() -> list[str]:
    """The simulator's threads that belong to this test."""
    ours = [one for one in threading.enumerate() if one not in elsewhere]
    return [one.name for one in ours if one.name.startswith("sim-")]


def until(condition, seconds: float = 10.0) -> bool:
    """Whether ``condition`` came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
