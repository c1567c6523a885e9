"""What can be told without asking any host."""

from __future__ import annotations

from ftlab.lab.front import Lab
from ftlab.model import Host, Outcome
from ftlab.report.document import Report


def _listed(host: Host) -> Outcome:
    facts = {
        "address": host.address or host.name,
        "port": host.port or 22,
        "user": host.user or "root",
        "groups": list(host.groups),
    }
    return Outcome(host.name, "ok", facts=facts)


def list_hosts(lab: Lab) -> Report:
    """``hosts.list``: the selected hosts as the inventory has them."""
    with lab.runner("hosts.list", changes=False) as run:
        return run.report([_listed(host) for host in lab.hosts])
