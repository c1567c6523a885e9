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


def group_exchange_primes() -> ModulusPack:
    """Primes for group exchange: the 2048-bit one of group 14, so no moduli file is needed."""
    primes = ModulusPack()
    primes.pack = {2048: [(KexGroup14SHA256.G, KexGroup14SHA256.P)]}
    return primes
