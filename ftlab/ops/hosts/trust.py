"""``hosts.trust``: the keys that hosts show, and recording those not known yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftlab.engine.lab import Lab
from ftlab.engine.report import Report
from ftlab.errors import Unreachable
from ftlab.model import Change, Host, Outcome

if TYPE_CHECKING:
    from ftlab.ssh.hostkeys.hostkey import HostKey
    from ftlab.ssh.hostkeys.known_hosts import KnownHosts, Line
    from ftlab.ssh.hostkeys.scan import ServerKeys


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
    others too, in the lab's own known_hosts file. Safe to repeat."""

    def once(*, check: bool) -> Report:
        visit = _Visit(lab, check, replace_changed)
        with lab.runner("hosts.trust", changes=False, check=check) as run:
            result = run.over(lab.hosts, visit.on, run.hear)
            return run.report(result.outcomes, result.stopped)

    return lab.approved(once, changes=True)


class _Visit:
    """What is done with each host of one run. Safe to use from several threads."""

    def __init__(self, lab: Lab, check: bool, replace_changed: bool) -> None:
        self._lab, self._check, self._replace = lab, check, replace_changed

    def on(self, host: Host) -> Outcome:
        """Raises ``Unreachable``, also where a key has changed and is not to be replaced, and
        where a known_hosts file cannot be used."""
        server = self._lab.connector.scan(host)
        known = self._lab.connector.known_hosts(host.known_hosts)
        keys = [_look_up(known, server.address, server.port, key) for key in server.host_keys]
        todo = [key for key in keys if key.state != "known"]
        if not self._replace:
            _refuse_changed(host, todo)
        facts = {"keys": [key.facts() for key in keys]}
        if not todo:
            return Outcome(host.name, "ok", facts=facts)
        return self._recorded(Outcome(host.name, "changed", facts=facts), server, todo)

    def _recorded(self, outcome: Outcome, server: ServerKeys, todo: list[_Shown]) -> Outcome:
        from ftlab.ssh.hostkeys.record import record
        from ftlab.ssh.hostkeys.verify import unusable

        own = self._lab.options.known_hosts
        verified = None if self._check else True
        changes = tuple(key.change(own, verified=verified) for key in todo)
        if self._check:
            return replace(outcome, status="would_change", changes=changes)
        try:
            record(own, server.address, server.port, server.host_keys, replace=self._replace)
        except OSError as error:
            raise unusable(own, error) from error
        return replace(outcome, changes=changes)


def _look_up(known: KnownHosts, address: str, port: int, key: HostKey) -> _Shown:
    if known.trusts(address, port, key):
        return _Shown(key, "known")
    lines = [line for line in known.lines(address, port) if line.key.type == key.type]
    return _Shown(key, "changed", lines[0]) if lines else _Shown(key, "new")


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
