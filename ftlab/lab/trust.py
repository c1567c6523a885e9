"""``hosts.trust``: the keys that hosts show, and recording those not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftlab.errors import Unreachable
from ftlab.lab.front import Lab
from ftlab.model import Change, Host, Outcome
from ftlab.report.document import Report

if TYPE_CHECKING:
    from ftlab.ssh.hostkey import HostKey
    from ftlab.ssh.known_hosts import KnownHosts, Line


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


def trust_hosts(lab: Lab, *, replace: bool = False) -> Report:
    """Probe every host without logging in; record unknown keys, and with ``replace`` changed
    ones, in the lab's own known_hosts file. Safe to repeat."""

    def once(*, check: bool) -> Report:
        with lab.runner("hosts.trust", changes=False, check=check) as run:
            result = run.over(lab.hosts, lambda host: _trust(lab, host, check, replace), run.hear)
            return run.report(result.outcomes, result.stopped)

    return lab.approved(once, changes=True)


def _trust(lab: Lab, host: Host, check: bool, replace_changed: bool) -> Outcome:
    from ftlab.ssh.known_hosts import KnownHosts
    from ftlab.ssh.trust import record

    own = lab.options.known_hosts
    files = (Path(host.known_hosts),) if host.known_hosts else ()
    known = KnownHosts((*files, own, *lab.options.ssh.known_hosts))
    server = lab.connector.probe(host)
    keys = [_look_up(known, server.address, server.port, key) for key in server.host_keys]
    todo = [key for key in keys if key.state != "known"]
    _refuse_changed(host, todo, replace_changed)
    facts = {"keys": [key.facts() for key in keys]}
    if not todo:
        return Outcome(host.name, "ok", facts=facts)
    changes = tuple(key.change(own, verified=None if check else True) for key in todo)
    if check:
        return Outcome(host.name, "would_change", changes=changes, facts=facts)
    record(own, server.address, server.port, server.host_keys, replace=replace_changed)
    return Outcome(host.name, "changed", changes=changes, facts=facts)


def _look_up(known: KnownHosts, address: str, port: int, key: HostKey) -> _Shown:
    lines = [line for line in known.lines(address, port) if line.key.type == key.type]
    if any(line.key == key for line in lines):
        return _Shown(key, "known")
    return _Shown(key, "changed", lines[0]) if lines else _Shown(key, "new")


def _refuse_changed(host: Host, keys: list[_Shown], replace_changed: bool) -> None:
    for key in keys:
        if key.other is not None and not replace_changed:
            raise Unreachable(
                f"{host.name}: the host key is not the one in {key.other.where}: "
                f"known {key.other.key}, shown {key.key}",
                kind="hostkey.changed",
                hint="if the host was rebuilt: ftlab hosts.trust --replace; "
                "else somebody may be in between",
            )
