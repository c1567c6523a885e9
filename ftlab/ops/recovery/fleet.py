"""``lab.recover``: what runs have left, finished on all their hosts."""

from __future__ import annotations

from dataclasses import replace

from ftlab.engine.lab import LabBase
from ftlab.engine.report import Report, heading
from ftlab.engine.terms.leftovers import left_on
from ftlab.model import Outcome
from ftlab.ops.recovery.recover import RecoverHost


def recover(lab: LabBase, run: str | None = None) -> Report:
    """Finish what runs that were cut short (``run``: only this one) have left on the selected
    hosts. Safe to repeat: where nothing is left, nobody is contacted.

    Raises ``UsageError`` for a run that nobody knows.
    """
    try:
        if run is not None:
            with lab.open_journal() as journal:
                lab.left_of = journal.own(run).run
        left = left_on([host.name for host in lab.hosts], lab.options, None, lab.left_of)
        if not left:
            return _nothing_left(lab)
        with lab.only(left):
            return lab.run("lab.recover", RecoverHost(), {"run": lab.left_of})
    finally:
        lab.left_of = None


def _nothing_left(lab: LabBase) -> Report:
    whose = f"run {lab.left_of} has" if lab.left_of else "no run has"
    note = {"notes": [f"{whose} left anything here that has to be finished"]}
    outcomes = [Outcome(host.name, "ok", facts=note) for host in lab.hosts]

    def once(*, check: bool) -> Report:
        return replace(heading(outcomes, "lab.recover"), check=check)

    return lab.approved(once, changes=True)
