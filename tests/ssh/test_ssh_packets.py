"""Who writes waits for room no longer than it was told to, also through a jump host."""

from __future__ import annotations

import socket
import threading
import time
from types import SimpleNamespace

import paramiko
import pytest

from ftlab.ssh.network.tunnel import Tunnel
from ftlab.ssh.paramiko_ext.packets import Packets


class FullTunnel:
    """A way through a jump host whose own connection has stood still: whoever sends gets stuck."""

    def settimeout(self, seconds: float) -> None:
        """As a socket."""

    def await_room(self, at: float) -> bool:
        return False

    def send(self, data: bytes) -> int:
        raise AssertionError(f"{len(data)} bytes sent before there was room for them")


def test_nothing_is_sent_through_a_jump_host_before_there_is_room() -> None:
    packets = Packets(FullTunnel())
    packets.listen_for(5.0)
    packets.write_until(time.monotonic() + 1.0)
    with pytest.raises(EOFError):
        packets.write_all(b"packet")


WAITERS = 3


class Jump:
    """The connection that a channel leads through: it always has room itself."""

    def await_room(self, at: float) -> bool:
        return at > 0


class Narrow(paramiko.Channel):
    """A channel without room, which counts who has seen that."""

    def __init__(self) -> None:
        self.room, self.looks, self.seen = 0, 0, threading.Event()
        super().__init__(1)
        self.transport = SimpleNamespace(packetizer=Jump())

    @property
    def out_window_size(self) -> int:
        self.looks += 1
        if self.looks == WAITERS:
            self.seen.set()
        return self.room

    @out_window_size.setter
    def out_window_size(self, room: int) -> None:
        self.room = room


def test_all_who_wait_for_room_in_a_tunnel_go_on() -> None:
    """The window opens once, for connections that share the way."""
    channel = Narrow()
    tunnel = Tunnel(channel)
    until = time.monotonic() + 60.0
    found: list[bool] = []
    waiting = [
        threading.Thread(target=lambda: found.append(tunnel.await_room(until)), daemon=True)
        for _ in range(WAITERS)
    ]
    for each in waiting:
        each.start()
    assert channel.seen.wait(30.0)
    with channel.lock:
        channel.out_window_size = 1000
        channel.out_buffer_cv.notify_all()
    for each in waiting:
        each.join(10.0)
    assert found == [True] * WAITERS


def test_a_limit_beyond_what_the_system_counts_is_none() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        packets = Packets(ours)
        assert packets.await_room(time.monotonic() + 1e12)
    assert not packets.await_room(time.monotonic() + 1e12)  # it is closed
