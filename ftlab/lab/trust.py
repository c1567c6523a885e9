"""``hosts.trust``: the keys that hosts show, and recording those not known yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ftlab.lab.front import Lab
from ftlab.model import Change, Host, Outcome
from ftlab.report.document import Report

if TYPE_CHECKING:
    from ftlab.lab.runner import Runner


def trust_hosts(lab: Lab, *, replace: bool = False) -> Report:
    """Probe every host without logging in; record unknown keys, and with ``replace`` changed
    ones, in the lab's own known_hosts file. Safe to repeat."""

    def once(*, check: bool) -> Report:
        with lab.runner("hosts.trust", changes=False, check=check) as run:
            result = run.over(
                lab.hosts, lambda host: _trust(lab, run, host, replace_changed=replace)
            )
            return run.report(result.outcomes, result.stopped)

    return lab.approved(once, changes=True)


def _trust(lab: Lab, run: Runner, host: Host, *, replace_changed: bool) -> Outcome:
    keys = lab.connector.host_keys(host)
    known, changes = _compare(lab, host, keys, replace_changed=replace_changed)
    facts: dict[str, Any] = {"keys": known}
    if not changes:
        return Outcome(host.name, "ok", facts=facts)
    if run.check:
        return Outcome(host.name, "would_change", changes=tuple(changes), facts=facts)
    lab.connector.record(host, keys, replace=replace_changed)
    proven = tuple(replace(change, verified=True) for change in changes)
    return Outcome(host.name, "changed", changes=proven, facts=facts)


def _compare(
    lab: Lab, host: Host, keys: Any, *, replace_changed: bool
) -> tuple[list[dict[str, Any]], list[Change]]:
    raise AssertionError
