"""``lab``: what was done to the lab, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftlab.tasks.fleet_task import fleet_task

if TYPE_CHECKING:
    from ftlab.lab.front import Lab
    from ftlab.report.document import Report


@fleet_task(
    example="ftlab lab.history last",
    help={"run": "one run (the beginning of its name, or 'last'); may stand without the flag"},
)
def history(lab: Lab, run: str | None = None) -> Any:
    """List the runs that changed something, or show one of them change by change."""
    from ftlab.lab.history import one_run, runs

    return one_run(lab, run) if run else runs(lab)


@fleet_task(
    example="ftlab lab.undo last",
    help={
        "run": "the run to take back: the beginning of its name, or 'last'",
        "force": "put old values back even where someone changed them since",
    },
)
def undo(lab: Lab, run: str, force: bool = False) -> Report:
    """Restore exactly what a run changed, where the hosts still have what it left."""
    from ftlab.lab.history import undo_run

    return undo_run(lab, run, force=force)
