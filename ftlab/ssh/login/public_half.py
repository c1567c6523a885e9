"""The public half of a private key file, known without the passphrase."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable
from pathlib import Path

import paramiko

_BEGIN, _END = b"-----BEGIN OPENSSH PRIVATE KEY-----", b"-----END OPENSSH PRIVATE KEY-----"
_MAGIC = b"openssh-key-v1\0"


def public_half(path: Path) -> bytes | None:
    """The public key as it goes over the wire. OpenSSH's own format has it in the clear (its
    PROTOCOL.key); of an older format, and where there is no private key, ``.pub`` beside the file
    has it; or the file is itself that public key. ``None`` if it is nowhere."""
    return _read(_from_private, path) or _read(_from_public, Path(f"{path}.pub"), path)


def _read(parse: Callable[[bytes], bytes | None], *paths: Path) -> bytes | None:
    for path in paths:
        with contextlib.suppress(OSError, ValueError):
            return parse(path.read_bytes())
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
