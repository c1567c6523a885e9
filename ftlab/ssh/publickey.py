"""The public half of a private key file, known without the passphrase."""

from __future__ import annotations

import base64
from pathlib import Path

import paramiko

_BEGIN, _END = b"-----BEGIN OPENSSH PRIVATE KEY-----", b"-----END OPENSSH PRIVATE KEY-----"
_MAGIC = b"openssh-key-v1\0"


def public_half(path: Path) -> bytes | None:
    """The public key as it goes over the wire. OpenSSH's own format has it in the clear (its
    PROTOCOL.key); of an older format, ``.pub`` beside the file. ``None`` if neither is there."""
    try:
        return _from_private(path.read_bytes()) or _from_public(Path(f"{path}.pub").read_bytes())
    except (OSError, ValueError):
        return None


def _from_private(text: bytes) -> bytes | None:
    """After the magic: cipher, key derivation and its options, the number of keys, the key."""
    body = text.partition(_BEGIN)[2].partition(_END)[0]
    data = base64.b64decode(body)
    if not data.startswith(_MAGIC):
        return None
    fields = paramiko.Message(data.removeprefix(_MAGIC))
    for _ in range(3):
        fields.get_string()
    fields.get_int()
    return bytes(fields.get_string())


def _from_public(text: bytes) -> bytes | None:
    """``ssh-rsa AAAA… comment``."""
    words = text.split(None, 2)
    return base64.b64decode(words[1]) if len(words) > 1 else None
