"""``fleet``: anything else, on all hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.cli.fleet_task import fleet_task

if TYPE_CHECKING:
    from ftlab.engine.lab import Lab
    from ftlab.engine.report import Report


@fleet_task(
    example="ftlab fleet.run 'esxcli system version get' -l vesxi",
    help={
        "command": "the command line for the hosts' own shell",
        "ok_exit": "exit statuses that count as fine, e.g. 0,1 (default 0)",
    },
)
def run(lab: Lab, command: str, ok_exit: str = "0") -> Report:
    """Run a command on every host; equal answers are shown once."""
    from ftlab.ops.run_command import RunCommand, parse_statuses

    return lab.run("fleet.run", RunCommand(command, parse_statuses(ok_exit)))
