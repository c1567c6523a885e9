"""``lab.recover``: what runs have left, finished on all their hosts."""

from __future__ import annotations

from dataclasses import replace

from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report, blank_report
from ftlab.engine.terms.approval import Round
from ftlab.engine.terms.leftovers import left_on
from ftlab.model import Outcome
from ftlab.ops.recovery.recover import RecoverHost


def recover(lab: OpenLab, run: str | None = None) -> Report:
    """Finish what runs that were cut short (``run``: only this one) have left on the selected
    hosts. Safe to repeat: where nothing is left, nobody is contacted.

    Raises ``UsageError`` for a run that nobody knows.
    """
    if run is not None:
        with lab.open_journal() as journal:
            run = journal.own(run).run
    left = left_on([host.name for host in lab.hosts], lab.options, None, run)
    if not left:
        return _nothing_left(lab, run)
    with lab.only(left):
        return lab.run("lab.recover", RecoverHost(), {"run": run}, left_of=run)


def _nothing_left(lab: OpenLab, run: str | None) -> Report:
    left = f"run {run} has left nothing" if run else "no run has left anything"
    note = {"notes": [f"{left} here that has to be finished"]}
    outcomes = [Outcome(host.name, "ok", facts=note) for host in lab.hosts]

    def once(round: Round) -> Report:
        return replace(blank_report("lab.recover", outcomes), check=round.check)

    return lab.approved(once, changes=True)
