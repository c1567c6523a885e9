"""Runs over the selected hosts of a lab: planned, approved, done, reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ftlab.engine.context import Job
from ftlab.engine.events import not_yet, settled
from ftlab.engine.hosts.access import Access
from ftlab.engine.options import Options
from ftlab.engine.report import Report
from ftlab.engine.runner import Purpose, Runner
from ftlab.engine.terms.approval import Plans
from ftlab.engine.terms.leftovers import Recovery
from ftlab.engine.unmatched import failed_if_unmatched
from ftlab.errors import UsageError
from ftlab.model import Outcome

Approve = Callable[[Report], bool]
"""Shown the plan of an interactive run; whether to go on."""

Conclude = Callable[[tuple[Outcome, ...]], Sequence[Outcome]]
"""What a whole fleet's outcomes mean together."""


class LabBase(Access):
    """One inventory and the way runs are done on it: what ftlab's verbs are given. The one with
    the verbs as methods is ``ftlab.Lab``.

    ``recovery`` sees to what earlier runs have left (see ``ftlab.engine.terms.leftovers``).
    """

    recovery: Recovery | None = None

    def __init__(self, options: Options, *, say: Callable[[str], None] = lambda _: None) -> None:
        super().__init__(options, say=say)
        self.approve: Approve | None = None
        self.begin: Callable[[], None] = lambda: None
        self.approved_plans: Plans | None = None
        self.left_of: str | None = None

    def runner(
        self,
        task: str,
        args: Any = None,
        *,
        changes: bool,
        check: bool = False,
        apart: bool = False,
    ) -> Runner:
        """A run in the making, for operations that span hosts (see
        ``ftlab.ops.vft.secondary.fleet``) and, ``apart``, for those whose hosts have nothing
        to do with each other."""
        self.targets  # noqa: B018 - a host whose way cannot be followed: nobody is contacted
        approved = None if check else self.approved_plans
        recovery = self.recovery, self.left_of
        purpose = Purpose(task, args, changes, check, apart, approved, *recovery)
        return Runner(self.options, self.hosts, purpose, self, self.listeners)

    def run(
        self,
        task: str,
        job: Job,
        args: Any = None,
        conclude: Conclude = failed_if_unmatched,
    ) -> Report:
        """Do ``job`` on every selected host.

        Where the run changes hosts, is neither a check nor approved beforehand (``yes``), the
        plan is made first and :attr:`approve` decides; without it, ``UsageError``.
        """
        final = settled if conclude is failed_if_unmatched else not_yet

        def once(*, check: bool) -> Report:
            with self.runner(task, args, changes=job.changes, check=check, apart=True) as run:
                result = run.fan_out(job, final=final)
                return run.report(conclude(result.outcomes), result.stopped)

        return self.approved(once, changes=job.changes)

    def approved(self, once: Callable[..., Report], *, changes: bool) -> Report:
        """Call ``once(check=…)``: for real, as a check, or as a check and then for real. Then what
        the check showed is done, host by host, or nothing: see ``ftlab.engine.terms.approval``."""
        self.targets  # noqa: B018 - a wrong inventory or pattern is an error before all others
        try:
            if self.options.check or not changes or self.options.yes:
                self.begin()
                return once(check=self.options.check)
            if self.approve is None:
                raise UsageError(
                    "this task changes hosts and needs a confirmation, but there is no terminal",
                    hint="add --yes to go ahead, or --check to see the plan",
                )
            self.begin()
            with self.listeners.rehearsing():
                plan = once(check=True)
            try:
                agreed = not plan.stopped and self.approve(plan)
            except KeyboardInterrupt:
                return replace(plan, stopped="interrupted")
            if not agreed:
                return plan
            self.begin()
            self.approved_plans = {outcome.host: outcome.changes for outcome in plan.outcomes}
            return once(check=False)
        finally:
            self.approved_plans = None
            if not self._lent.in_use:  # else jump hosts and secrets are still needed
                self.close()
