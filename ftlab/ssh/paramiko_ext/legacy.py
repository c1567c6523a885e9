"""What paramiko 5 dropped and old ESX(i) still needs, for hosts marked ``ftlab_legacy_ssh``.

OpenSSH before 7.2 knows RSA signatures with SHA-1 only (``ssh-rsa``; RFC 8332 brought the
others), and before 5.7 no elliptic curves, which leaves ``diffie-hellman-group14-sha1``. ESXi 4.x
is reached through a dropbear before 0.53, which knows ``diffie-hellman-group1-sha1`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha1
from typing import Any

import paramiko
from cryptography.hazmat.primitives import hashes
from paramiko.kex_group14 import KexGroup14SHA256

from ftlab.ssh.paramiko_ext.transport import LabTransport

SHA1_RSA = "ssh-rsa"
SHA1_KEX = "diffie-hellman-group14-sha1"
GROUP1_KEX = "diffie-hellman-group1-sha1"


class Sha1RsaKey(paramiko.RSAKey):
    """An RSA key that also signs, and accepts signatures, with SHA-1."""

    HASHES = {**paramiko.RSAKey.HASHES, SHA1_RSA: hashes.SHA1}  # noqa: RUF012


class KexGroup14Sha1(KexGroup14SHA256):
    """RFC 4253 section 8.1: the same group as paramiko's, with SHA-1."""

    name = SHA1_KEX
    hash_algo = sha1


class KexGroup1Sha1(KexGroup14Sha1):
    """RFC 4253 section 8.1: the second Oakley group (RFC 2409 section 6.2), of 1024 bits."""

    name = GROUP1_KEX
    P = int(
        "FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1 29024E08 8A67CC74 020BBEA6 3B139B22"
        "514A0879 8E3404DD EF9519B3 CD3A431B 302B0A6D F25F1437 4FE1356D 6D51C245 E485B576 625E7EC6"
        "F44C42E9 A637ED6B 0BFF5CB6 F406B7ED EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE65381"
        "FFFFFFFF FFFFFFFF".replace(" ", ""),
        16,
    )


class LegacyTransport(LabTransport):
    """Knows the old algorithms too, each as its last choice."""

    _preferred_keys = (*LabTransport._preferred_keys, SHA1_RSA)
    _preferred_kex = (*LabTransport._preferred_kex, SHA1_KEX, GROUP1_KEX)
    _key_info = {**LabTransport._key_info, SHA1_RSA: Sha1RsaKey}  # noqa: RUF012
    _kex_info = {  # noqa: RUF012
        **LabTransport._kex_info,
        SHA1_KEX: KexGroup14Sha1,
        GROUP1_KEX: KexGroup1Sha1,
    }

    @property
    def preferred_pubkeys(self) -> tuple[str, ...]:
        """SHA-1 first for a server that lists no ``server-sig-algs``, or that had nothing
        better for its own key: it is too old, or too strictly set, for anything else."""
        modern: tuple[str, ...] = self._filter_algorithm("pubkeys")
        if "server-sig-algs" in self.server_extensions and self.host_key_type != SHA1_RSA:
            return (*modern, SHA1_RSA)
        return (SHA1_RSA, *modern)

    def auth_publickey(self, username: str, key: Any) -> Any:
        if type(key) is paramiko.RSAKey:
            key = Sha1RsaKey(key=key.key)
        return super().auth_publickey(username, key)


def has_common_ground(offered: Mapping[str, Sequence[str]]) -> bool:
    """Whether the old set, which holds the modern one, has an algorithm of every sort in common
    with a server's offer."""
    return all(
        set(ours) & set(offered.get(theirs, ()))
        for ours, theirs in (
            (LegacyTransport._preferred_keys, "server_key_algo_list"),
            (LegacyTransport._preferred_kex, "kex_algo_list"),
            (LegacyTransport._preferred_ciphers, "server_encrypt_algo_list"),
            (LegacyTransport._preferred_macs, "server_mac_algo_list"),
        )
    )
