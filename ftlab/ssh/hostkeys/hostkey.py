"""A server's public key, as known_hosts files and people write it."""

from __future__ import annotations

import base64
import hashlib

from ftlab.frozen import frozen

DEFAULT_PORT = 22


@frozen(slots=True)
class HostKey:
    """``type`` is the name in known_hosts (``ssh-rsa`` whatever it signs with)."""

    type: str
    blob: bytes

    @property
    def base64(self) -> str:
        return base64.b64encode(self.blob).decode("ascii")

    @property
    def fingerprint(self) -> str:
        """As ``ssh-keygen -lf`` shows it: ``SHA256:`` and unpadded base64."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).decode("ascii")
        return "SHA256:" + digest.rstrip("=")

    def __str__(self) -> str:
        return f"{self.type} {self.fingerprint}"


def known_as(address: str, port: int) -> str:
    """The name a known_hosts line carries: bare on port 22, else ``[address]:port``."""
    name = address.lower()
    return name if port == DEFAULT_PORT else f"[{name}]:{port}"
