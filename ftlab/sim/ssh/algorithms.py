"""What SSH an ESX(i) host of a given age speaks: algorithms, login methods, lockout, SFTP.

Seen in captures: 8.0.2 offers ECDH on NIST curves and groups 14 and 16, AES in GCM and CTR,
SHA-2 MACs, logs in by keyboard-interactive only, and has ``MaxStartups 10:30:100``; 6.7 and 7.0
accept ECDSA and RSA user keys, not Ed25519; 5.x and 6.0 know AES-CTR and 3DES-CBC. From 5.1 on
plain password logins are off. Root is locked for 900 s after 5 refusals from 6.5 on, and on 6.0 for
120 s after 10. ESXi 4.x runs dropbear, which before 0.53 (2011) knew
``diffie-hellman-group1-sha1`` alone; root's keys are in ``~/.ssh`` there, and from 5.0 in
``/etc/ssh/keys-root`` (KB 1002866).

``sftp`` is configured on 5.x already, but its program is not there before 6.5 (assumed from how-tos
that bring one); dropbear has none.

With ``legacy`` an old host knows no SHA-2 RSA signature, and today's paramiko cannot log in to it;
otherwise its algorithms are the oldest that paramiko still speaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ftlab.sim.model.host import SimHost


@dataclass(frozen=True, slots=True)
class Age:
    """Algorithm names in order of preference; ``host_keys`` are signature algorithms."""

    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    user_keys: tuple[str, ...]
    methods: tuple[str, ...] = ("publickey", "keyboard-interactive")
    authorized_keys: str = "/etc/ssh/keys-root/authorized_keys"
    sftp: bool = True
    max_startups: tuple[int, int, int] | None = None
    """OpenSSH's ``start:rate:full``, where it is known."""
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
    kex=(*_ECDH, "diffie-hellman-group16-sha512", "diffie-hellman-group14-sha256"),
    host_keys=(_ECDSA[0], *reversed(_RSA)),
    max_startups=(10, 30, 100),
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


_CONSOLE = replace(
    _FAITHFUL, kex=("diffie-hellman-group14-sha1",), macs=("hmac-sha1", "hmac-sha1-96")
)
_DROPBEAR = replace(
    _FAITHFUL,
    kex=("diffie-hellman-group1-sha1",),
    ciphers=("aes128-cbc", "3des-cbc"),
    macs=("hmac-sha1", "hmac-md5"),
)


def age_of(host: SimHost, *, legacy: bool = False) -> Age:
    """How ``host`` speaks SSH."""
    release = tuple(int(number) for number in re.findall(r"\d+", host.version)[:2])
    age = {"modern": _MODERN, "middle": _MIDDLE}.get(host.ssh_age)
    if age is None:
        age = _old(release) if legacy else _LEGACY
    return replace(age, sftp=release >= (6, 5), **_login(release))


def _old(release: tuple[int, ...]) -> Age:
    if release >= (5, 0):
        return _FAITHFUL
    return _DROPBEAR if release >= (4, 1) else _CONSOLE


def _login(release: tuple[int, ...]) -> dict[str, Any]:
    """Where a release differs from today's in who may log in, and how."""
    found: dict[str, Any] = {}
    if release < (5, 0):
        home = "/" if release >= (4, 1) else "/root/"
        found |= {"authorized_keys": f"{home}.ssh/authorized_keys"}
    if release < (5, 1):
        found |= {"methods": ("publickey", "password", "keyboard-interactive")}
    if release >= (6, 0):
        found |= {"lock_after": 10, "lock_seconds": 120.0}
    if release >= (6, 5):
        found |= {"lock_after": 5, "lock_seconds": 900.0}
    return found
