"""``advopt``: the hosts' advanced options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.cli.fleet_task import fleet_task

if TYPE_CHECKING:
    from ftlab.engine.lab import Lab
    from ftlab.engine.report import Report

_PATH = {"path": "the option, e.g. /Migrate/VMotionStreamDisable"}


@fleet_task(example="ftlab advopt.get /Migrate/VMotionStreamDisable", help=_PATH)
def get(lab: Lab, path: str) -> Report:
    """Read one advanced option with its default and limits."""
    from ftlab.ops.advopt import GetOption

    return lab.run("advopt.get", GetOption(path))


@fleet_task(
    example="ftlab advopt.set /Migrate/NetTimeout 60 -l vesxi",
    help={**_PATH, "value": "the new value; checked against the host's own type and limits"},
)
def set_(lab: Lab, path: str, value: str) -> Report:
    """Set one advanced option and read it back."""
    from ftlab.ops.advopt import SetOption

    return lab.run("advopt.set", SetOption(path, value), {"path": path, "value": value})


@fleet_task(example="ftlab advopt.reset /Migrate/NetTimeout", help=_PATH)
def reset(lab: Lab, path: str) -> Report:
    """Put one advanced option back to the host's own default."""
    from ftlab.ops.advopt import ResetOption

    return lab.run("advopt.reset", ResetOption(path), {"path": path})


@fleet_task(example="ftlab advopt.diff", help={})
def diff_(lab: Lab) -> Report:
    """Show the options whose value is not the default."""
    from ftlab.ops.advopt import DiffOptions

    return lab.run("advopt.diff", DiffOptions())
