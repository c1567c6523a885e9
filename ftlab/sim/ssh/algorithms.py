"""What SSH an ESX(i) host of a given age speaks: algorithms, login methods, lockout, SFTP; and the
keys of a simulated lab."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asyncssh import SSHKey, generate_private_key

from ftlab.sim.data import table_of
from ftlab.sim.model.host import SimHost

_DATA = table_of("ssh/data/ages.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Algorithm names in order of preference; ``host_keys`` are signature algorithms."""

    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    user_keys: tuple[str, ...]
    methods: tuple[str, ...]
    authorized_keys: str
    sftp: bool
    max_startups: tuple[int, int, int] | None = None
    """OpenSSH's ``start:rate:full``, where it is known."""
    extensions: bool = True
    """Whether the server sends ``server-sig-algs`` and offers strict key exchange."""
    lock_after: int
    lock_seconds: float


def age_of(host: SimHost, *, legacy: bool = False) -> Age:
    """How ``host`` speaks SSH. With ``legacy`` an old host knows no SHA-2 RSA signature, and
    today's paramiko cannot log in to it; otherwise its algorithms are the oldest it can speak."""
    release = list(host.release.number[:2])
    name: str = host.release.ssh_age
    if name == "legacy":
        old = "5.0" if release >= [5, 0] else "4.1" if release >= [4, 1] else "4.0"
        name = old if legacy else "oldest-spoken"
    told: dict[str, Any] = dict(_DATA["spoken"][name])
    for table in _DATA["since"]:
        told |= table if release >= table["release"] else {}
    del told["release"]
    return Age(**{key: tuple(it) if isinstance(it, list) else it for key, it in told.items()})  # type: ignore[arg-type]


def rsa_key() -> SSHKey:
    """A new RSA key (about 0.1 s)."""
    return generate_private_key("ssh-rsa", key_size=2048)


def ecdsa_key() -> SSHKey:
    """A new ECDSA key on P-256, which every simulated release accepts (well under 1 ms)."""
    return generate_private_key("ecdsa-sha2-nistp256")


def host_keys(age: Age, rsa: SSHKey) -> list[SSHKey]:
    """A host's keys: ``rsa``, and an ECDSA key of its own from 6.x on."""
    elliptic = any(name.startswith("ecdsa-") for name in age.host_keys)
    return [rsa, ecdsa_key()] if elliptic else [rsa]


def write_private_key(key: SSHKey, path: Path) -> None:
    """Write ``key`` for its owner's eyes only. Raises ``FileExistsError``."""
    path.touch(0o600, exist_ok=False)
    path.write_bytes(key.export_private_key("pkcs1-pem"))


def public_line(key: SSHKey) -> str:
    """The key as ``authorized_keys`` and ``known_hosts`` have it, without a comment."""
    return " ".join(key.export_public_key().decode("ascii").split()[:2])
