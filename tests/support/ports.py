"""Ports for servers that are told their port."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 10_000


def free_port() -> int:
    """A port of 127.0.0.1 that is free and that the system gives to nobody who takes any:
    another process of tests does so all the time. At random (and not by ``random``, whose seed
    such processes share), so that no two of them meet."""
    below = _first_given_out()
    while True:
        port = _LOWEST + secrets.randbelow(below - _LOWEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _first_given_out() -> int:
    try:
        first = int(_RANGE.read_text().split()[0])
    except OSError:
        first = 49_152
    return first if first > _LOWEST + 1000 else 32_768
