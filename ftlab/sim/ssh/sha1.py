"""SHA-1 as servers before OpenSSH 7.2 used it, for the server side of paramiko, which lost it."""

from __future__ import annotations

from hashlib import sha1
from typing import ClassVar

from cryptography.hazmat.primitives import hashes
from paramiko import RSAKey
from paramiko.kex_group14 import KexGroup14SHA256
from paramiko.primes import ModulusPack


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
