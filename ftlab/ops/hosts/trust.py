"""``hosts.trust``: the keys that hosts show, and recording those not known yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftlab.engine.lab import Lab
from ftlab.engine.report import Report
from ftlab.errors import Refused, Unreachable
from ftlab.model import Change, Host, Outcome

if TYPE_CHECKING:
    from ftlab.ssh.hostkeys.hostkey import HostKey
    from ftlab.ssh.hostkeys.known_hosts import KnownHosts, Line
    from ftlab.ssh.hostkeys.scan import ServerKeys

    Keys = frozenset[HostKey]


@dataclass(frozen=True)
class _Shown:
    """One key that a host shows, and the line that holds another key of its type."""

    key: HostKey
    state: str
    other: Line | None = None

    def facts(self) -> dict[str, str]:
        return {"type": self.key.type, "fingerprint": self.key.fingerprint, "state": self.state}

    def change(self, file: Path, *, verified: bool | None) -> Change:
        old = self.other.key.fingerprint if self.other else None
        new = self.key.fingerprint
        return Change("hostkey", old, new, path=str(file), key=self.key.type, verified=verified)


def trust_hosts(lab: Lab, *, replace_changed: bool = False) -> Report:
    """Probe every host without logging in; record unknown keys, and with ``replace_changed``
    others too, in the lab's own known_hosts file. Safe to repeat.

    Where somebody approves the keys, exactly these are recorded: a host that shows others
    afterwards is refused.
    """
    approved: dict[str, Keys] | None = None

    def once(*, check: bool) -> Report:
        nonlocal approved
        visit = _Visit(lab, replace_changed, check=check, approved=approved)
        with lab.runner("hosts.trust", changes=False, check=check) as run:
            result = run.over(lab.hosts, visit.on, run.hear)
            approved = visit.shown
            return run.report(result.outcomes, result.stopped)

    return lab.approved(once, changes=True)


class _Visit:
    """What is done with each host of one run. Safe to use from several threads. ``shown`` are the
    keys of each host that could be recorded; ``approved`` those of an earlier visit."""

    def __init__(
        self, lab: Lab, replace: bool, *, check: bool, approved: Mapping[str, Keys] | None
    ) -> None:
        self._lab, self._replace, self._check, self._approved = lab, replace, check, approved
        self.shown: dict[str, Keys] = {}

    def on(self, host: Host) -> Outcome:
        """Raises ``Unreachable``, also where a key is revoked, or has changed and is not to be
        replaced, and where a known_hosts file cannot be used; ``Refused`` where the host shows
        other keys than were approved."""
        server = self._lab.connector.scan(host)
        known = self._lab.connector.known_hosts(host)
        keys = [_look_up(known, server, key) for key in server.host_keys]
        todo = [key for key in keys if key.state != "known"]
        if not self._replace:
            _refuse_changed(host, todo)
        self.shown[host.name] = frozenset(server.host_keys)
        if self._approved is not None:
            _refuse_other(host, self._approved.get(host.name, frozenset()), server.host_keys)
        facts = {"keys": [key.facts() for key in keys]}
        if not todo:
            return Outcome(host.name, "ok", facts=facts)
        return self._recorded(Outcome(host.name, "changed", facts=facts), server, todo, known)

    def _recorded(
        self, outcome: Outcome, server: ServerKeys, todo: list[_Shown], known: KnownHosts
    ) -> Outcome:
        from ftlab.ssh.hostkeys.record import record
        from ftlab.ssh.hostkeys.verify import unusable

        own = self._lab.options.known_hosts
        verified = None if self._check else True
        changes = [key.change(own, verified=verified) for key in todo]
        if self._replace:
            changes += _removals(own, known, server, verified=verified)
        if self._check:
            return replace(outcome, status="would_change", changes=tuple(changes))
        new = [key.key for key in todo]
        shown = server.host_keys if self._replace else None
        try:
            record(own, server.address, server.port, new, shown=shown)
        except OSError as error:
            raise unusable(own, error) from error
        return replace(outcome, changes=tuple(changes))


def _look_up(known: KnownHosts, server: ServerKeys, key: HostKey) -> _Shown:
    from ftlab.ssh.hostkeys.hostkey import known_as
    from ftlab.ssh.hostkeys.record import revoked

    address, port = server.address, server.port
    if line := known.revocation(address, port, key):
        raise revoked(known_as(address, port), key, line)
    if known.trusts(address, port, key):
        return _Shown(key, "known")
    lines = [line for line in known.lines(address, port) if line.key.type == key.type]
    return _Shown(key, "changed", lines[0]) if lines else _Shown(key, "new")


def _removals(
    own: Path, known: KnownHosts, server: ServerKeys, *, verified: bool | None
) -> list[Change]:
    """Keys of types that the host has no more: they are taken out with the replaced ones."""
    from ftlab.ssh.hostkeys.record import outdated

    types = {key.type for key in server.host_keys}
    lines = [line for line in known.lines(server.address, server.port) if line.file == own]
    return [
        Change("hostkey", line.key.fingerprint, None, path=str(own), key=line.key.type,
               verified=verified)
        for line in outdated(lines, server.host_keys)
        if line.key.type not in types
    ]  # fmt: skip


def _refuse_other(host: Host, approved: Keys, now: Sequence[HostKey]) -> None:
    if approved == frozenset(now):
        return
    before = "; ".join(sorted(map(str, approved))) or "none"
    raise Refused(
        f"{host.name}: nothing recorded: it shows other keys than those that were approved: "
        f"now {'; '.join(map(str, now))}; approved {before}",
        kind="plan.changed",
        hint="somebody may be in between: compare the fingerprints with those on the host's "
        "console, and run hosts.trust again",
    )


def _refuse_changed(host: Host, keys: list[_Shown]) -> None:
    for key in keys:
        if key.other is not None:
            raise Unreachable(
                f"{host.name}: the host key is not the one in {key.other.where}: "
                f"known {key.other.key}, shown {key.key}",
                kind="hostkey.changed",
                hint="if the host was rebuilt: ftlab hosts.trust --replace; "
                "else somebody may be in between",
            )
