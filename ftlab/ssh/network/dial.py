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

FAMILIES = {"any": socket.AF_UNSPEC, "inet": socket.AF_INET, "inet6": socket.AF_INET6}


def dial(
    address: str, port: int, deadline: Deadline, family: str = "any", bind: str | None = None
) -> socket.socket:
    """Connect to the first address that answers, in the resolver's order; from the address
    ``bind``, where one is named.

    :raises socket.gaierror: the name has no address.
    :raises TimeoutError: the deadline passed.
    :raises OSError: every address failed; the last one's reason.
    """
    found = _resolve(address, port, FAMILIES.get(family, socket.AF_UNSPEC), deadline)
    for place in found[:-1]:
        with contextlib.suppress(OSError):
            return _dial_one(place, deadline, bind)
    return _dial_one(found[-1], deadline, bind)


def _resolve(address: str, port: int, family: int, deadline: Deadline) -> list[Any]:
    """The resolver has no time limit of its own, so it is asked in a thread that is left
    behind when it does not answer; a plain address needs no asking."""
    # As bytes, since for any text Python loads its tables of international names first.
    name = address.encode("ascii") if address.isascii() else address
    lookup = partial(socket.getaddrinfo, name, port, family, socket.SOCK_STREAM)
    try:
        return lookup(flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
    except UnicodeError as error:  # a label of more than 63 characters, or an empty one
        raise socket.gaierror(socket.EAI_NONAME, f"it is no name: {error}") from error
    answer: Future[list[Any]] = Future()
    threading.Thread(target=_ask, args=(lookup, answer), daemon=True).start()
    return answer.result(deadline.left)


def _ask(lookup: Callable[[], list[Any]], answer: Future[list[Any]]) -> None:
    try:
        answer.set_result(lookup())
    except OSError as error:
        answer.set_exception(error)


def _dial_one(place: Any, deadline: Deadline, bind: str | None) -> socket.socket:
    family, kind, protocol, _, sockaddr = place
    if deadline.passed:
        raise TimeoutError(errno.ETIMEDOUT, "timed out")
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(deadline.left)
        if bind is not None:
            sock.bind(_own_address(bind, family))
        sock.connect(sockaddr)
        # No Nagle: with delayed ACKs it costs 40 ms a command.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _own_address(bind: str, family: int) -> Any:
    """:raises OSError: this machine has no such address of that family."""
    found = socket.getaddrinfo(bind, 0, family, socket.SOCK_STREAM, 0, socket.AI_PASSIVE)
    return found[0][4]
