"""Who writes waits for room no longer than it was told to, also through a jump host."""

from __future__ import annotations

import time

import pytest

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
