"""``ProxyJump``: where a connection passes through."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from ftlab.frozen import frozen
from ftlab.ssh.config.words import BLANKS

ServicePort = Callable[[str], int | None]
NONE = "none"


@frozen(slots=True)
class Hop:
    """``[user@]host[:port]``. ``before`` are the jump hosts on the way to this one, as they were
    written, separated by commas."""

    host: str
    user: str | None = None
    port: int | None = None
    before: str = ""

    def __str__(self) -> str:
        """As ``ssh -G`` writes it: addresses in brackets."""
        address = ":" in self.host or not self.host.strip("1234567890.")
        host = f"[{self.host}]" if address else self.host
        port = "" if self.port is None else f":{self.port}"
        user = "" if self.user is None else f"{self.user}@"
        return f"{self.before},{user}{host}{port}" if self.before else f"{user}{host}{port}"


def parse_jump(text: str, service: ServicePort) -> Hop | None:
    """The last jump host of a ``ProxyJump``, the one next to the target; ``None`` for ``none``.

    :raises ValueError: one of them is none.
    """
    if text.lower() == NONE:
        return None
    whole = text.partition("#")[0].rstrip(BLANKS)
    if any(char in BLANKS for char in whole):
        raise ValueError(f"{whole!r}: jump hosts are separated by commas alone")
    hops = [_hop(each, service) for each in whole.split(",")]
    last = hops[-1]
    return Hop(last.host, last.user, last.port, whole.rpartition(",")[0])


def parse_port(text: str, service: ServicePort) -> int:
    """A port by its number or its service's name.

    :raises ValueError: it is none.
    """
    digits = re.fullmatch(r"[ \t]*\+?0*([0-9]{1,5})", text)
    number = int(digits[1]) if digits else service(text)
    if number is None or not 0 < number < 65536:
        raise ValueError(f"{text!r} is not a port number")
    return number


def _hop(text: str, service: ServicePort) -> Hop:
    if text.startswith("ssh://"):
        return _uri(text, service)
    user, at, place = text.rpartition("@")
    if at and not user:
        raise ValueError(f"{text!r} is no jump host")
    return _place(text, user if at else None, place, service)


def _uri(text: str, service: ServicePort) -> Hop:
    user, at, place = text.removeprefix("ssh://").partition("@")
    place = place if at else user
    name = unquote_plus(user.partition(";")[0]) if at else None
    bare, _, path = place.partition("/")
    if name == "" or path:
        raise ValueError(f"{text!r} is no jump host")
    return _place(text, name, bare, service)


def _place(text: str, user: str | None, place: str, service: ServicePort) -> Hop:
    """``host``, ``host:port`` or ``[host]:port``."""
    parts = re.fullmatch(r"(\[[^\]]*\]|[^:/\[][^:/]*)(?::(.*))?", place, re.DOTALL)
    host = parts[1].removeprefix("[").removesuffix("]") if parts else ""
    if parts is None or not host:
        raise ValueError(f"{text!r} is no jump host")
    return Hop(host, user, parse_port(parts[2], service) if parts[2] else None)
