"""Recording host keys in the lab's own known_hosts file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ftlab.errors import Unreachable
from ftlab.ssh.hostkeys.hostkey import HostKey, known_as
from ftlab.ssh.hostkeys.known_hosts import KnownHosts, KnownHostsLine, parse
from ftlab.user_files import expanded, make_private, write_bytes


def record(
    file: Path,
    address: str,
    port: int,
    keys: Sequence[HostKey],
    *,
    shown: Sequence[HostKey] | None = None,
) -> None:
    """Write a server's keys to ``file`` (created with mode 0600, its folder with 0700).

    Safe to repeat: a key that is there already is not written twice. Where all keys are given
    that the server has ``shown``, its lines with others are taken out in the same step.

    :raises Unreachable: nothing is written then. ``hostkey.changed`` where the file holds another
        key of the same type and ``shown`` is not given, ``hostkey.revoked`` where it forbids one.
    """
    path = expanded(str(file))
    with _alone(path.parent):
        text = path.read_text("utf-8", "surrogateescape") if path.exists() else ""
        near = parse(text, path, address.lower())
        _refuse_revoked(near, address, port, keys)
        ours = [line for line in near if _about(line, address, port)]
        stale = outdated(ours, keys if shown is None else [*keys, *shown])
        if shown is None:
            _refuse_rivals(stale, address, port, keys)
            stale = []
        new = tuple(key for key in keys if all(line.key != key for line in ours))
        if stale:
            kept = _without(text, stale) + _lines(address, port, new)
            write_bytes(path, kept.encode("utf-8", "surrogateescape"))
        elif new:
            _append(path, text, _lines(address, port, new))


def outdated(lines: Sequence[KnownHostsLine], keys: Sequence[HostKey]) -> list[KnownHostsLine]:
    """Those of a server's lines that hold none of its keys."""
    return [line for line in lines if line.key not in keys]


def _refuse_rivals(
    lines: Sequence[KnownHostsLine], address: str, port: int, keys: Sequence[HostKey]
) -> None:
    types = {key.type for key in keys}
    for line in lines:
        if line.key.type in types:
            new = next(key for key in keys if key.type == line.key.type)
            raise changed(known_as(address, port), line, new)


def _refuse_revoked(
    near: Sequence[KnownHostsLine], address: str, port: int, keys: Sequence[HostKey]
) -> None:
    known = KnownHosts()
    for line in near:
        known.add(line)
    for key in keys:
        if found := known.revocation(address, port, key):
            raise revoked(known_as(address, port), key, found)


def _about(line: KnownHostsLine, address: str, port: int) -> bool:
    return not line.revoked and line.covers(known_as(address, port))


def _lines(address: str, port: int, keys: Sequence[HostKey]) -> str:
    name = known_as(address, port)
    return "".join(f"{name} {key.type} {key.base64}\n" for key in keys)


def _without(text: str, stale: Sequence[KnownHostsLine]) -> str:
    gone = {line.number for line in stale}
    lines = enumerate(text.removesuffix("\n").split("\n"), 1)  # as ssh: other signs end no line
    return "".join(raw + "\n" for number, raw in lines if number not in gone)


def _append(path: Path, text: str, lines: str) -> None:
    glue = "\n" if text and not text.endswith("\n") else ""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, (glue + lines).encode("utf-8", "surrogateescape"))
    finally:
        os.close(descriptor)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's kernel lock, so that two runs do not write at the same time."""
    make_private(folder)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def changed(name: str, line: KnownHostsLine, key: HostKey) -> Unreachable:
    """A server shows another key than the one on record."""
    return Unreachable(
        f"{name}: the host key is not the one in {line.where}: known {line.key}, offered {key}",
        kind="hostkey.changed",
        hint="somebody may be in between. If the host was rebuilt, record the new key: "
        "ftlab hosts.trust --replace",
        file=str(line.file),
        line=line.number,
        old=line.key.fingerprint,
        new=key.fingerprint,
    )


def revoked(name: str, key: HostKey, line: KnownHostsLine) -> Unreachable:
    """A server shows a key that must not be used any more, and never be recorded."""
    return Unreachable(
        f"the host key of {name} is revoked in {line.where}: {key}",
        kind="hostkey.revoked",
        hint="this key must not be used any more: give the host a new one, then hosts.trust",
        file=str(line.file),
        line=line.number,
        new=key.fingerprint,
    )
