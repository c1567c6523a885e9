"""What a run has to report, and its exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from ftlab.engine import run_id
from ftlab.frozen import frozen
from ftlab.model import STATUSES, Change, HostStep, Outcome, Status

_STOPPED_EXIT = {"interrupted": 130, "deadline": 8, "max_fail": 6}


@frozen(slots=True)
class Report:
    """One run. ``started`` is ISO 8601 in UTC to the second (``2026-01-02T03:04:05Z``),
    ``seconds`` the wall time, ``outcomes`` one per host in inventory order. ``stopped`` says why
    hosts were held back or cut: ``max_fail``, ``deadline``, ``interrupted``. ``steps``: by host,
    what it was busy with and what it waited for."""

    task: str
    run: str
    check: bool
    started: str
    seconds: float
    outcomes: tuple[Outcome, ...] = ()
    stopped: str | None = None
    steps: Mapping[str, tuple[HostStep, ...]] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """What the command line would end with; 0: all done, or nothing to do."""
        return exit_code(self)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The outcomes of the hosts that failed or were not reached, each with its ``error``."""
        return tuple(each for each in self.outcomes if each.status in ("failed", "unreachable"))

    @property
    def facts(self) -> dict[str, Mapping[str, Any]]:
        """What was found, by host."""
        return {each.host: each.facts for each in self.outcomes}

    @property
    def changes(self) -> dict[str, tuple[Change, ...]]:
        """What was changed, or would be, by host; hosts without a change are left out. One that
        the host does not show afterwards is not ``verified``."""
        return {each.host: each.changes for each in self.outcomes if each.changes}


def exit_code(report: Report) -> int:
    """The exit status of the run: the gravest thing that happened decides."""
    if report.stopped in _STOPPED_EXIT:
        return _STOPPED_EXIT[report.stopped]
    statuses = {outcome.status for outcome in report.outcomes}
    if "failed" in statuses:
        return 5
    if "unreachable" in statuses:
        return 4
    return 3 if report.check and "would_change" in statuses else 0


def summary(report: Report) -> dict[Status, int]:
    """How many hosts ended with each status, zeros included."""
    counts: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    for outcome in report.outcomes:
        counts[outcome.status] += 1
    return counts


def blank_report(task: str, outcomes: Sequence[Outcome] = ()) -> Report:
    """What a document begins with that is no run's report."""
    now = datetime.now(UTC)
    return Report(
        task=task,
        run=run_id.new_run(now),
        check=False,
        started=run_id.started(now),
        seconds=0.0,
        outcomes=tuple(outcomes),
    )
