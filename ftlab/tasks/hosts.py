"""``hosts``: which hosts there are, whether they can be reached, and their host keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.cli.fleet_task import fleet_task

if TYPE_CHECKING:
    from ftlab.engine.lab import Lab
    from ftlab.engine.report import Report


@fleet_task(example="ftlab hosts.list -l 'vesxi:!spare'", help={}, iterable=())
def list_(lab: Lab) -> Report:
    """List the selected hosts with address, user and groups; contacts nobody."""
    from ftlab.ops.hosts.listing import list_hosts

    return list_hosts(lab)


@fleet_task(example="ftlab hosts.check", help={})
def check(lab: Lab) -> Report:
    """Reach every host, log in, ask for its version, and say what to fix where that fails."""
    from ftlab.ops.hosts.check import CheckHost

    return lab.run("hosts.check", CheckHost())


@fleet_task(
    example="ftlab hosts.trust -l vesxi",
    help={"replace": "also replace keys that have changed (after a host was rebuilt)"},
)
def trust(lab: Lab, replace: bool = False) -> Report:
    """Show the hosts' key fingerprints, and record the unknown ones."""
    from ftlab.ops.hosts.trust import trust_hosts

    return trust_hosts(lab, replace_changed=replace)


@fleet_task(
    example="ftlab hosts.record --out lab.json -l 'vesxi01,vesxi02'",
    help={"out": "the file to write"},
)
def record(lab: Lab, out: str | None = None) -> Report:
    """Write what hosts answer to a file that sim.serve --like can play; reads only.

    Names, addresses, identifiers, serial numbers and annotations are replaced, each by the same
    other one everywhere; -v shows the names. Look at the file before you give it to anybody.
    """
    from ftlab.ops.hosts.record import record_hosts

    return record_hosts(lab, out)
