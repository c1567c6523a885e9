"""Many hosts in one process: one thread for all their connections."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from server_lab import dial, sim_threads, until

from ftlab.sim.model.versions import release_named
from ftlab.sim.ssh.front import SshFront

HOSTS = 300


def bare_host(number: int):
    """A host that answers nothing: only its wire is of interest here."""
    return SimpleNamespace(
        name=f"h{number}", fault=lambda moment: None, path=Path, release=release_named("8.0")
    )  # fmt: skip


@pytest.fixture
def many():
    lab = SimpleNamespace(hosts={f"h{number}": bare_host(number) for number in range(HOSTS)})
    with SshFront(lab, sftp=()) as served:
        yield served


def test_listening_takes_one_thread(many):
    assert len(set(many.ports.values())) == HOSTS
    assert sim_threads() == ["sim-ssh"]


def test_hundreds_connect_at_once_and_leave_no_thread(many):
    before = threading.active_count()
    sockets = [socket.create_connection(("127.0.0.1", port)) for port in many.ports.values()]
    for sock in sockets:
        sock.settimeout(20)
        assert sock.recv(4) == b"SSH-"
    assert many.connections == HOSTS
    assert threading.active_count() == before
    for sock in sockets:
        sock.close()
    assert until(lambda: many.connections == 0 and threading.active_count() <= before)


def test_a_key_exchange_works_among_them(many):
    transport = dial(many.ports["h7"])
    assert transport.remote_version == "SSH-2.0-OpenSSH_9.4"
    transport.close()
