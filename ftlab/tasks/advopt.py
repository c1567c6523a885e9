"""``advopt``: the hosts' advanced options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.cli.fleet_task import fleet_task

if TYPE_CHECKING:
    from ftlab.engine.report import Report
    from ftlab.lab.lab import Lab

_PATH = {"path": "the option, e.g. /Migrate/VMotionStreamDisable"}


@fleet_task(example="ftlab advopt.get /Migrate/VMotionStreamDisable", help=_PATH)
def get(lab: Lab, path: str) -> Report:
    """Read one advanced option with its default and limits."""
    return lab.get_option(path)


@fleet_task(
    example="ftlab advopt.set /Migrate/NetTimeout 60 -l vesxi",
    help={**_PATH, "value": "the new value; checked against the host's own type and limits"},
)
def set_(lab: Lab, path: str, value: str) -> Report:
    """Set one advanced option and read it back."""
    return lab.set_option(path, value)


@fleet_task(example="ftlab advopt.reset /Migrate/NetTimeout", help=_PATH)
def reset(lab: Lab, path: str) -> Report:
    """Reset one advanced option to the host's own default."""
    return lab.reset_option(path)


@fleet_task(example="ftlab advopt.diff", help={})
def diff_(lab: Lab) -> Report:
    """Show the options whose value is not the default."""
    return lab.diff_options()
