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
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ftlab.sim.model.host import SimHost

_DATA = tomllib.loads(files("ftlab.sim.ssh").joinpath("data/ages.toml").read_text("utf-8"))


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


def age_of(host: SimHost, *, legacy: bool = False) -> Age:
    """How ``host`` speaks SSH."""
    release = tuple(int(number) for number in re.findall(r"\d+", host.version)[:2])
    name: str = host.ssh_age
    if name == "legacy":
        old = "5.0" if release >= (5, 0) else "4.1" if release >= (4, 1) else "4.0"
        name = old if legacy else "oldest-spoken"
    spoken: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in _DATA[name].items()
    }
    return Age(**spoken, sftp=release >= (6, 5), **_login(release))


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
