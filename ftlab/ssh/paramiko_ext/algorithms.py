"""The order in which algorithms are asked for: the cheapest of the safe ones first."""

from __future__ import annotations

from collections.abc import Sequence

# Cheapest first among equals: AES-GCM needs no separate MAC, which paramiko compares in a
# Python loop; elliptic curves come before the finite fields (about 20 ms for group14).
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
CURVE25519 = "curve25519-sha256"  # RFC 8731's name; paramiko knows the older one only
FIRST_KEX = ("mlkem768x25519-sha256", CURVE25519)
LAST_KEX = (
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
)


def first(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The known names, those that are wanted before the others."""
    front = tuple(name for name in wanted if name in known)
    return front + tuple(name for name in known if name not in front)


def last(unwanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The known names, those that are unwanted behind the others."""
    back = tuple(name for name in unwanted if name in known)
    return tuple(name for name in known if name not in back) + back


def host_key_type(algorithm: str) -> str:
    """The known_hosts type behind a host key algorithm: all RSA variants are ``ssh-rsa``."""
    return "ssh-rsa" if algorithm.startswith("rsa-sha2-") else algorithm
