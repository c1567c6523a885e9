"""``hosts.list``: where the connections to the selected hosts would go; nobody is contacted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.errors import FtlabError, Unreachable
from ftlab.facts.hosts import PlaceFacts
from ftlab.fleet.outcomes import outcome_of_error
from ftlab.model import SSH, Host, Outcome
from ftlab.ssh.not_ssh import not_ssh

if TYPE_CHECKING:
    from ftlab.ssh.network.target import Target


def list_hosts(lab: OpenLab) -> Report:
    """The selected hosts as connections to them will be made: the inventory, then ssh's own
    configuration. Raises ``UsageError`` where a way cannot be followed."""
    with lab.runner("hosts.list", changes=False) as run:
        return run.report([_listed(lab, host) for host in lab.hosts])


def _listed(lab: OpenLab, host: Host) -> Outcome:
    if host.connection != SSH:
        return _without_way(host, not_ssh(host))
    try:
        target = lab.targets.of(host)
        lab.targets.check_way(target)
    except Unreachable as error:
        return _without_way(host, error)
    facts = _facts(target)
    if lab.options.verbose:
        facts["origins"] = _origins(target)
    return Outcome(host.name, "ok", facts=facts)


def _facts(target: Target) -> PlaceFacts:
    return {
        "address": target.address,
        "port": target.port,
        "user": target.user,
        "identity": list(target.key_files),
        "via": target.via,
        "groups": list(target.host.groups),
    }


def _origins(target: Target) -> dict[str, str | None]:
    """Where each of the facts comes from: file and line, or ``default``."""
    return {name: ", ".join(places) or None for name, places in target.origins.items()}


def _without_way(host: Host, error: FtlabError) -> Outcome:
    facts: PlaceFacts = {
        "address": None,
        "port": None,
        "user": None,
        "identity": [],
        "via": None,
        "groups": list(host.groups),
    }
    return replace(outcome_of_error(host, error, 0.0), facts=facts)
