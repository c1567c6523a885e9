"""Runs over the selected hosts of a lab: planned, approved, done, reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ftlab.engine.hosts.access import Access
from ftlab.engine.job import Job
from ftlab.engine.options import Options
from ftlab.engine.report import Report
from ftlab.engine.runner import Runner
from ftlab.engine.terms.approval import CHECK, FOR_REAL, Round
from ftlab.engine.terms.leftovers import Recovery
from ftlab.engine.terms.purpose import Purpose
from ftlab.engine.ui import Ui
from ftlab.engine.unmatched import failed_if_unmatched, not_yet, settled
from ftlab.errors import UsageError
from ftlab.model import Outcome

Conclude = Callable[[tuple[Outcome, ...]], Sequence[Outcome]]
"""What a whole fleet's outcomes mean together."""

Once = Callable[[Round], Report]
"""One round of an operation, whatever it takes."""


class OpenLab(Access):
    """One inventory and the way runs are done on it: what ftlab's verbs are given. The one with
    the verbs as methods is ``ftlab.Lab``. Its inventory and ``hosts`` come from
    ``engine/hosts/selection.py``, ``targets``, ``reach``, the connector and secrets from
    ``engine/hosts/access.py``.

    ``recovery`` sees to what earlier runs have left (see ``ftlab.engine.terms.leftovers``).
    """

    def __init__(self, options: Options, ui: Ui, recovery: Recovery | None = None) -> None:
        super().__init__(options, ui)
        self.recovery = recovery

    def runner(  # noqa: PLR0913 - each says something else of what the run is for
        self,
        task: str,
        args: Any = None,
        *,
        changes: bool,
        round: Round = FOR_REAL,
        apart: bool = False,
        left_of: str | None = None,
    ) -> Runner:
        """A run in the making, for operations that span hosts (see
        ``ftlab.ops.vft.secondary.fleet``) and, ``apart``, for those whose hosts have nothing
        to do with each other. ``left_of``: of what runs have left, only that of this one counts.
        """
        self.targets  # noqa: B018 - a host whose way cannot be followed: nobody is contacted
        purpose = Purpose(task, args, changes, round, apart, self.recovery, left_of)
        return Runner(self.options, self.hosts, purpose, self, self.ui)

    def run(
        self,
        task: str,
        job: Job,
        args: Any = None,
        conclude: Conclude = failed_if_unmatched,
        *,
        left_of: str | None = None,
    ) -> Report:
        """Do ``job`` on every selected host.

        Where the run changes hosts, is neither a check nor approved beforehand (``yes``), the
        plan is made first and :attr:`ui` approves it; with nobody there, ``UsageError``.
        """
        final = settled if conclude is failed_if_unmatched else not_yet

        def once(round: Round) -> Report:
            run = self.runner(
                task, args, changes=job.changes, round=round, apart=True, left_of=left_of
            )
            with run:
                result = run.fan_out(job, final=final)
                return run.report(conclude(result.outcomes), result.stopped)

        return self.approved(once, changes=job.changes)

    def approved(self, once: Once, *, changes: bool, counted: bool = True) -> Report:
        """Call ``once``: for real, as a check, or as a check and then for real. Then what the
        check showed is done, host by host, or nothing: see ``ftlab.engine.terms.approval``.
        ``counted``: the ``ui`` hears how many hosts are about to be worked on."""
        self.targets  # noqa: B018 - a wrong inventory or pattern is an error before all others

        def go(round: Round) -> Report:
            self.ui.begin(len(self.hosts) if counted else 0)
            return once(round)

        try:
            if changes and self.options.yes and not self.options.check:
                self.ui.unasked()
            if self.options.check or not changes or self.options.yes:
                return go(CHECK if self.options.check else FOR_REAL)
            if not self.ui.approves:
                raise UsageError(
                    "this task changes hosts and needs a confirmation, but there is no terminal",
                    hint="add --yes to go ahead, or --check to see the plan",
                )
            plan = go(Round(check=True, rehearsal=True))
            try:
                agreed = not plan.stopped and self.ui.approve(plan)
            except KeyboardInterrupt:
                return replace(plan, stopped="interrupted")
            if not agreed:
                return plan
            return go(Round(approved={each.host: each.changes for each in plan.outcomes}))
        finally:
            if not self._lent.in_use:  # else jump hosts and secrets are still needed
                self.close()
