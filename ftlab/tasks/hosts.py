"""``hosts``: which hosts there are, whether they can be reached, and their host keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import invoke

from ftlab.cli.fleet_task import fleet_task
from ftlab.cli.front_ends.own_task import HostlessTask
from ftlab.errors import UsageError

if TYPE_CHECKING:
    from ftlab.engine.report import Report
    from ftlab.lab.lab import Lab


@fleet_task(example="ftlab hosts.list -l 'vesxi:!spare'", help={}, iterable=())
def list_(lab: Lab) -> Report:
    """List the selected hosts with address, user and groups; contacts nobody."""
    return lab.list_hosts()


@fleet_task(example="ftlab hosts.check", help={})
def check(lab: Lab) -> Report:
    """Reach every host, log in, ask for its version, and say what to fix where that fails."""
    return lab.check_hosts()


@fleet_task(
    example="ftlab hosts.trust -l vesxi",
    help={"replace": "also replace keys that have changed (after a host was rebuilt)"},
)
def trust(lab: Lab, replace: bool = False) -> Report:
    """Show the hosts' key fingerprints, and record the unknown ones."""
    return lab.trust_hosts(replace=replace)


@fleet_task(
    example="ftlab hosts.record --out lab.json -l 'vesxi01,vesxi02'",
    help={"out": "the file to write"},
)
def record(lab: Lab, out: str | None = None) -> Report:
    """Write what hosts answer to a file that sim.serve --like can play; reads only.

    Names, addresses, identifiers, serial numbers and annotations are replaced, each by the same
    other one everywhere; -v shows the names. Look at the file before you give it to anybody.
    """
    if out is None:
        raise UsageError("--out FILE is missing: where the recording is to go")
    return lab.record_hosts(out)


@invoke.task(klass=HostlessTask, auto_shortflags=False)
def example(_context: Any) -> None:
    """Print an inventory to start from, which shows every key and says what it is for.

    Example: ftlab hosts.example
    """
    from ftlab.cli.run_task import printed
    from ftlab.cli.shipped.example import example_inventory

    printed(example_inventory, task="hosts.example")
