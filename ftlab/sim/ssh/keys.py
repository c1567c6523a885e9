"""Keys of a simulated lab."""

from __future__ import annotations

from pathlib import Path

from asyncssh import SSHKey, generate_private_key

from ftlab.sim.ssh.algorithms import Age

RSA_BITS = 2048


def rsa_key() -> SSHKey:
    """A new RSA key (about 0.1 s)."""
    return generate_private_key("ssh-rsa", key_size=RSA_BITS)


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
