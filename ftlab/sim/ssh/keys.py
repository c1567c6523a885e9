"""Host keys and the client's key for a simulated lab."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from paramiko import ECDSAKey, PKey, RSAKey

from ftlab.sim.ssh.algorithms import Age
from ftlab.sim.ssh.sha1 import OldRSAKey

RSA_BITS = 2048


def rsa_host_key() -> RSAKey:
    """A new RSA key (about 0.1 s)."""
    return RSAKey.generate(RSA_BITS)


def ecdsa_key() -> ECDSAKey:
    """A new ECDSA key on P-256, which every simulated release accepts (well under 1 ms)."""
    return ECDSAKey.generate()


def host_keys(age: Age, rsa: RSAKey) -> list[PKey]:
    """A host's keys: ``rsa`` in the form of its age, and an ECDSA key of its own from 6.x on."""
    if "ssh-rsa" in age.host_keys:
        return [OldRSAKey(key=rsa.key)]
    elliptic = any(name.startswith("ecdsa-") for name in age.host_keys)
    return [rsa, ecdsa_key()] if elliptic else [rsa]


def write_private_key(key: PKey, path: Path) -> None:
    """Write ``key`` for its owner's eyes only. Raises ``FileExistsError``."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key.write_private_key(file)


def public_line(key: PKey) -> str:
    """The key as ``authorized_keys`` and ``known_hosts`` have it, without a comment."""
    return f"{key.get_name()} {base64.b64encode(key.asbytes()).decode()}"
