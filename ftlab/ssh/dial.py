"""A TCP connection within a deadline, address families tried as ssh tries them."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from ftlab.ssh.deadline import Deadline
from ftlab.ssh.settings import SshSettings

FAMILIES = {"any": socket.AF_UNSPEC, "inet": socket.AF_INET, "inet6": socket.AF_INET6}


def dial(
    address: str, port: int, deadline: Deadline, settings: SshSettings, family: str = "any"
) -> socket.socket:
    """Connect to the first address that answers, in the resolver's order.

    :raises socket.gaierror: the name has no address.
    :raises TimeoutError: the deadline passed.
    :raises OSError: every address failed; the last one's reason.
    """
    found = _resolve(address, port, FAMILIES.get(family, socket.AF_UNSPEC), deadline)
    for place in found[:-1]:
        with contextlib.suppress(OSError):
            return _dial_one(place, deadline, settings)
    return _dial_one(found[-1], deadline, settings)


def _resolve(address: str, port: int, family: int, deadline: Deadline) -> list[Any]:
    """The resolver has no time limit of its own, so it is asked in a thread that is left
    behind when it does not answer; a plain address needs no asking."""
    lookup = partial(socket.getaddrinfo, address, port, family, socket.SOCK_STREAM)
    with contextlib.suppress(socket.gaierror):
        return lookup(flags=socket.AI_NUMERICHOST)
    answer: Future[list[Any]] = Future()
    threading.Thread(target=_ask, args=(lookup, answer), daemon=True).start()
    return answer.result(deadline.left)


def _ask(lookup: Callable[[], list[Any]], answer: Future[list[Any]]) -> None:
    try:
        answer.set_result(lookup())
    except OSError as error:
        answer.set_exception(error)


def _dial_one(place: Any, deadline: Deadline, settings: SshSettings) -> socket.socket:
    family, kind, protocol, _, sockaddr = place
    if deadline.passed:
        raise TimeoutError(errno.ETIMEDOUT, "timed out")
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(deadline.left)
        sock.connect(sockaddr)
        tune(sock, settings)
    except BaseException:
        sock.close()
        raise
    return sock


def tune(sock: socket.socket, settings: SshSettings) -> None:
    """No Nagle: with delayed ACKs it costs 40 ms a command. Keepalive finds a dead peer."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    every = max(1, round(settings.keepalive))
    for name, value in (
        ("TCP_KEEPIDLE", every),
        ("TCP_KEEPALIVE", every),  # macOS's name for the same
        ("TCP_KEEPINTVL", every),
        ("TCP_KEEPCNT", settings.keepalive_count),
    ):
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
