"""What SSH an ESX(i) host of a given age speaks: algorithms, login methods, lockout.

Seen in captures: 8.0.2 offers ECDH on NIST curves and groups 14 and 16, AES in GCM and CTR,
SHA-2 MACs, and logs in by keyboard-interactive only; 6.7 and 7.0 accept ECDSA and RSA user keys,
not Ed25519; 5.x and 6.0 know AES-CTR and 3DES-CBC. From 5.1 on plain password logins are off.
Root is locked for 900 s after 5 refusals from 6.5 on, and on 6.0 for 120 s after 10.

In the ``faithful`` form a legacy host knows no SHA-2 RSA signature, and today's paramiko
cannot log in to it; otherwise its algorithms are the oldest that paramiko still speaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol


class AgedHost(Protocol):
    """What decides over a host's SSH."""

    @property
    def version(self) -> str:
        """The release, e.g. ``"7.0 U1"``."""

    @property
    def ssh_age(self) -> str:
        """``legacy``, ``middle`` or ``modern``."""


@dataclass(frozen=True, slots=True)
class Age:
    """Algorithm names in order of preference; ``host_keys`` are signature algorithms."""

    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    user_keys: tuple[str, ...]
    methods: tuple[str, ...] = ("publickey", "keyboard-interactive")
    extensions: bool = True
    """Whether the server sends ``server-sig-algs`` and offers strict key exchange."""
    lock_after: int = 0
    lock_seconds: float = 0.0


_ECDSA = ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
_RSA = ("rsa-sha2-512", "rsa-sha2-256")
_ECDH = ("ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521")
_GROUPS = ("diffie-hellman-group14-sha256", "diffie-hellman-group16-sha512")
_CTR = ("aes128-ctr", "aes192-ctr", "aes256-ctr")
_GCM = ("aes256-gcm@openssh.com", "aes128-gcm@openssh.com")
_SHA2 = ("hmac-sha2-256", "hmac-sha2-512")

_MODERN = Age(
    kex=(*_ECDH, *_GROUPS),
    host_keys=(*_RSA, _ECDSA[0]),
    ciphers=(*_GCM, "aes256-ctr", "aes192-ctr", "aes128-ctr"),
    macs=_SHA2,
    user_keys=(*_ECDSA, *_RSA),
)
_MIDDLE = Age(
    kex=("curve25519-sha256@libssh.org", *_ECDH, *_GROUPS),
    host_keys=(*_RSA, _ECDSA[0]),
    ciphers=(*_CTR, *_GCM),
    macs=(*_SHA2, "hmac-sha1"),
    user_keys=(*_ECDSA, *_RSA),
)
_LEGACY = Age(
    kex=(*_ECDH, "diffie-hellman-group14-sha256"),
    host_keys=_RSA,
    ciphers=(*_CTR, "3des-cbc"),
    macs=("hmac-sha1", "hmac-sha2-256", "hmac-sha1-96"),
    user_keys=(*_ECDSA, *_RSA),
)
_FAITHFUL = replace(
    _LEGACY,
    kex=("diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha1"),
    host_keys=("ssh-rsa",),
    user_keys=("ssh-rsa",),
    extensions=False,
)


def age_of(host: AgedHost, *, faithful: bool = False) -> Age:
    """How ``host`` speaks SSH."""
    release = tuple(int(number) for number in re.findall(r"\d+", host.version)[:2])
    age = {"modern": _MODERN, "middle": _MIDDLE}.get(host.ssh_age)
    if age is None:
        age = _FAITHFUL if faithful else _LEGACY
    if release < (5, 1):
        return replace(age, methods=("publickey", "password", "keyboard-interactive"))
    if release >= (6, 5):
        return replace(age, lock_after=5, lock_seconds=900.0)
    return replace(age, lock_after=10, lock_seconds=120.0) if release >= (6, 0) else age
