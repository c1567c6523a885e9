"""Keys of a simulated lab, and SHA-1 as servers before OpenSSH 7.2 used it, for the server side of
paramiko, which lost it."""

from __future__ import annotations

import base64
import os
from hashlib import sha1
from pathlib import Path
from typing import ClassVar

from cryptography.hazmat.primitives import hashes
from paramiko import ECDSAKey, PKey, RSAKey
from paramiko.kex_group14 import KexGroup14SHA256
from paramiko.primes import ModulusPack

from ftlab.sim.ssh.algorithms import Age


class OldRSAKey(RSAKey):
    """An RSA key that signs and verifies with SHA-1 under the name ``ssh-rsa``, and only so."""

    HASHES: ClassVar = {"ssh-rsa": hashes.SHA1}


class KexGroup14SHA1(KexGroup14SHA256):
    """``diffie-hellman-group14-sha1``."""

    name = "diffie-hellman-group14-sha1"
    hash_algo = sha1


class KexGroup1SHA1(KexGroup14SHA1):
    """``diffie-hellman-group1-sha1``: the 1024-bit Oakley group 2 (RFC 2409), which is all that
    dropbear knew before 0.53."""

    name = "diffie-hellman-group1-sha1"
    P = int(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E34"
        "04DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6"
        "F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
        16,
    )
    G = 2


def group_exchange_primes() -> ModulusPack:
    """Primes for group exchange: the 2048-bit one of group 14, so no moduli file is needed."""
    primes = ModulusPack()
    primes.pack = {2048: [(KexGroup14SHA256.G, KexGroup14SHA256.P)]}
    return primes


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
