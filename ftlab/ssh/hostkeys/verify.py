"""Whether a server's key is the one on record. Nothing is sent before that is settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paramiko

from ftlab.errors import Unreachable
from ftlab.ssh.hostkeys import record
from ftlab.ssh.hostkeys.hostkey import DEFAULT_PORT, HostKey, known_as
from ftlab.ssh.hostkeys.known_hosts import KnownHosts, KnownHostsLine
from ftlab.ssh.settings import HostKeyPolicy


class Verifier(paramiko.MissingHostKeyPolicy):
    """What Fabric's client asks about each key, since its own stores stay empty.

    ``record_in`` is the file that ``accept-new`` writes to.
    """

    def __init__(
        self, known: KnownHosts, name: str, port: int, policy: HostKeyPolicy, record_in: Path | None
    ) -> None:
        self._known = known
        self._name = name
        self._port = port
        self._policy = policy
        self._record_in = record_in

    @property
    def types(self) -> list[str]:
        """The key types on record for this server, or else for its name on the default port,
        where a ``HostKeyAlias`` has its key whatever the port."""
        lines = self._known.lines(self._name, self._port)
        return [line.key.type for line in lines or self._known.lines(self._name, DEFAULT_PORT)]

    def missing_host_key(self, _client: Any, _hostname: Any, key: paramiko.PKey) -> None:
        """Called by paramiko after key exchange and before anything else is sent."""
        self.check(HostKey(key.get_name(), key.asbytes()))

    def check(self, key: HostKey) -> None:
        """:raises Unreachable: ``hostkey.unknown``, ``hostkey.changed``, ``hostkey.revoked``."""
        revoked = self._known.revocation(self._name, self._port, key)
        if revoked is not None:
            raise record.revoked(known_as(self._name, self._port), key, revoked)
        if self._known.trusts(self._name, self._port, key):
            return
        if lines := self._known.lines(self._name, self._port):
            raise self._changed(key, lines)
        if not self._known.trusts_elsewhere(self._name, self._port, key):
            self._meet(key)

    def _meet(self, key: HostKey) -> None:
        if self._policy != "accept-new" or self._record_in is None:
            raise self._unknown(key)
        try:
            record.record(self._record_in, self._name, self._port, [key])
        except OSError as error:
            raise unusable(self._record_in, error) from error
        name = known_as(self._name, self._port)
        self._known.add(KnownHostsLine((name,), key, self._record_in, 0))

    def _unknown(self, key: HostKey) -> Unreachable:
        return Unreachable(
            f"the host key of {known_as(self._name, self._port)} is unknown: {key}",
            kind="hostkey.unknown",
            hint="compare the fingerprint with the one on the host's console, then record it: "
            "ftlab hosts.trust",
            new=key.fingerprint,
        )

    def _changed(self, key: HostKey, lines: list[KnownHostsLine]) -> Unreachable:
        same = [line for line in lines if line.key.type == key.type] or lines
        return record.changed(known_as(self._name, self._port), same[0], key)


def unusable(file: Path, error: OSError) -> Unreachable:
    """A known_hosts file that is there and cannot be used: no key can be judged without it."""
    return Unreachable(
        f"{file}: the known_hosts file cannot be used: {error.strerror or error}",
        kind="hostkey.file",
        hint="make it readable and writable for you alone: chmod 600",
        file=str(file),
    )
