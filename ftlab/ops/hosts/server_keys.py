"""The host keys of one server: what is known of each, and recording those that are new."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ftlab.errors import Refused
from ftlab.facts.hosts import ShownKeyFact
from ftlab.frozen import frozen
from ftlab.model import Change

if TYPE_CHECKING:
    from ftlab.ssh.connector import Connector
    from ftlab.ssh.hostkeys.hostkey import HostKey
    from ftlab.ssh.hostkeys.known_hosts import KnownHosts, KnownHostsLine
    from ftlab.ssh.hostkeys.scan import ServerKeys
    from ftlab.ssh.network.target import Target

    Keys = frozenset[HostKey]


@frozen
class ShownKey:
    """One key that a server shows, and the line that holds another key of its type."""

    key: HostKey
    state: str
    other: KnownHostsLine | None = None


@frozen
class SeenServer:
    """A server's keys and what is known of them. ``label`` names a jump host; it is empty for
    the host itself."""

    server: ServerKeys
    keys: tuple[ShownKey, ...]
    known: KnownHosts
    label: str

    @property
    def all_keys(self) -> Keys:
        return frozenset(self.server.host_keys)

    @property
    def todo(self) -> list[ShownKey]:
        """Those that are not recorded yet."""
        return [key for key in self.keys if key.state != "known"]

    def facts(self) -> list[ShownKeyFact]:
        return [self._fact(each) for each in self.keys]

    def _fact(self, shown: ShownKey) -> ShownKeyFact:
        key = shown.key
        fact: ShownKeyFact = {
            "type": key.type,
            "fingerprint": key.fingerprint,
            "state": shown.state,
        }
        if self.label:
            fact["jump"] = self.label
        return fact

    def changes(self, own: Path, *, replace: bool, verified: bool | None) -> list[Change]:
        """What recording the keys in ``own`` changes; with ``replace`` keys of types that the
        server has no more are taken out with the replaced ones."""
        pairs = [(each.other.key if each.other else None, each.key) for each in self.todo]
        gone = self._outdated(own) if replace else []
        return [
            Change(
                "hostkey",
                old.fingerprint if old else None,
                new.fingerprint if new else None,
                path=str(own),
                key=self._named((new or old).type),  # type: ignore[union-attr]
                verified=verified,
            )
            for old, new in [*pairs, *((key, None) for key in gone)]
        ]

    def _named(self, kind: str) -> str:
        return f"{kind} of jump host {self.label}" if self.label else kind

    def _outdated(self, own: Path) -> list[HostKey]:
        from ftlab.ssh.hostkeys.record import outdated

        types = {key.type for key in self.server.host_keys}
        lines = self.known.lines(self.server.address, self.server.port)
        mine = [line for line in lines if line.file == own]
        old = outdated(mine, self.server.host_keys)
        return [line.key for line in old if line.key.type not in types]

    def record(self, own: Path, connector: Connector, *, replace: bool) -> None:
        """Write the new keys down, for this run too.

        :raises Unreachable: the file cannot be used, or holds something else by now.
        """
        from ftlab.ssh.hostkeys.record import record
        from ftlab.ssh.hostkeys.verify import unusable

        new = [each.key for each in self.todo]
        shown = self.server.host_keys if replace else None
        try:
            record(own, self.server.address, self.server.port, new, shown=shown)
        except OSError as error:
            raise unusable(own, error) from error
        connector.learn(self.server.address, self.server.port, new)


def look_at(connector: Connector, target: Target, label: str) -> SeenServer:
    """Ask the server for its keys, without logging in to it.

    :raises Unreachable: no keys are to be had, or one is revoked.
    """
    server = connector.scan(target)
    known = connector.known_to(target)
    keys = tuple(_look_up(known, server, key) for key in server.host_keys)
    return SeenServer(server, keys, known, label)


def refuse_other(name: str, approved: Keys, now: Keys) -> None:
    """:raises Refused: the server shows other keys than those that somebody has approved."""
    if approved == now:
        return
    before, after = ("; ".join(sorted(map(str, keys))) or "none" for keys in (approved, now))
    raise Refused(
        f"{name}: nothing recorded: it shows other keys than those that were approved: "
        f"now {after}; approved {before}",
        kind="plan.changed",
        hint="somebody may be in between: compare the fingerprints with those on the host's "
        "console, and run hosts.trust again",
    )


def refuse_changed(name: str, keys: Sequence[ShownKey]) -> None:
    """:raises Unreachable: a key is not the one on record."""
    from ftlab.ssh.hostkeys.record import changed

    for key in keys:
        if key.other is not None:
            raise changed(name, key.other, key.key)


def _look_up(known: KnownHosts, server: ServerKeys, key: HostKey) -> ShownKey:
    from ftlab.ssh.hostkeys.hostkey import known_as
    from ftlab.ssh.hostkeys.record import revoked

    address, port = server.address, server.port
    if line := known.revocation(address, port, key):
        raise revoked(known_as(address, port), key, line)
    if known.trusts(address, port, key):
        return ShownKey(key, "known")
    lines = [line for line in known.lines(address, port) if line.key.type == key.type]
    return ShownKey(key, "changed", lines[0]) if lines else ShownKey(key, "new")
