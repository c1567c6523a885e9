"""What may stand for a host, an address or a user: an inventory is input, not code.

These words reach ProxyCommand through the user's shell (``%h``, ``%r``), known_hosts (a comma or
``*`` there means other hosts too) and command lines (a leading ``-`` is an option there). What
could be more than a name in any of these is refused, as OpenSSH refuses it for a command line.
"""

from __future__ import annotations

import ipaddress

from ftlab.inventory.host_ranges import split_hop
from ftlab.regex import regex

_META = "'\"`$\\;&<>|(){}*?[]!#,~^"
_ADDRESS = regex(r"[\w.-]+")
_PORT_DIGITS = regex(r"\s*0*([0-9]{1,5})\s*")
_USER_META = "'\"`$;&<>|(){}*?[]!#,~^"  # a backslash stands between a domain and its user


def name_fault(word: str) -> str:
    """Why a word of the inventory cannot name a host; empty where it can."""
    return _fault(word, _META)


def user_fault(word: str) -> str:
    """Why a word cannot be the name of a user to log in as; empty where it can."""
    return _fault(word, _USER_META) or ("it ends with a backslash" if word[-1] == "\\" else "")


def port_number(text: str) -> int | None:
    """A TCP port from 1 to 65535; None for anything else."""
    digits = _PORT_DIGITS.fullmatch(text)
    return int(digits[1]) if digits and 1 <= int(digits[1]) <= 65535 else None


def address_fault(word: str) -> str:
    """Why a word cannot be a host name or an address; empty where it can."""
    fault = name_fault(word)
    if fault or _ADDRESS.fullmatch(word) or _is_ipv6(word):
        return fault
    return "it is neither a host name nor an address"


def hop_fault(hop: str) -> str:
    """Why ``[user@]host[:port]`` cannot be a jump host; empty where it can."""
    user, host, port = split_hop(hop)
    fault = address_fault(host) or (user and user_fault(user))
    if fault:
        return fault
    return "its port is no number from 1 to 65535" if port and not port_number(port) else ""


def _fault(word: str, meta: str) -> str:
    if not word:
        return "it is empty"
    if word.startswith("-"):
        return "it begins with a dash"
    wrong = next((c for c in word if c in meta or c.isspace() or not c.isprintable()), None)
    return "" if wrong is None else f"{wrong!r} cannot be a part of it"


def _is_ipv6(word: str) -> bool:
    address, percent, zone = word.partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return not percent or bool(_ADDRESS.fullmatch(zone))
