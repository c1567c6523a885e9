"""The addresses of this machine's network interfaces, which Python itself does not tell."""

from __future__ import annotations

import ctypes
import socket
import sys

UP = 1  # IFF_UP
SPANS: dict[int, tuple[int, int]] = {socket.AF_INET: (4, 8), socket.AF_INET6: (8, 24)}
"""Where an address stands in a sockaddr_in and a sockaddr_in6, on every system."""


class _Entry(ctypes.Structure):
    """The part of ``struct ifaddrs`` that Linux, macOS and the BSDs have in common."""


_Entry._fields_ = [
    ("next", ctypes.POINTER(_Entry)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.c_void_p),
]


def interface_addresses() -> list[str]:
    """Those of all interfaces that are up, without their scopes.

    :raises ValueError: the system does not tell.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    first = ctypes.POINTER(_Entry)()
    if not hasattr(libc, "getifaddrs") or libc.getifaddrs(ctypes.byref(first)) != 0:
        raise ValueError("this system does not tell its network interfaces")
    try:
        found, entry = [], first
        while entry:
            if entry.contents.flags & UP and entry.contents.address:
                found.append(_address(entry.contents.address))
            entry = entry.contents.next
        return [address for address in found if address]
    finally:
        libc.freeifaddrs(first)


def _address(place: int) -> str:
    """``""`` for an address of another kind, such as a network card's."""
    head = ctypes.string_at(place, 2)
    family = int.from_bytes(head, sys.byteorder) if sys.platform == "linux" else head[1]
    if family not in SPANS:
        return ""
    begin, end = SPANS[family]
    return socket.inet_ntop(family, ctypes.string_at(place, end)[begin:])
