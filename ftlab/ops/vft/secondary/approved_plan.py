"""A pair's plan, made once more after somebody said yes to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ftlab.engine.terms.approval import refuse_other
from ftlab.model import Change
from ftlab.ops.vft.secondary.bring_up import BringUp


def refuse_other_plan(work: BringUp) -> None:
    """Raise ``Refused`` (kind ``plan.changed``) where this pair's power steps are not those that
    were approved. Its remedies depend on what other pairs have come to: each is compared as it
    is taken."""
    sides = work.primary, work.secondary
    if any(context.approved is None for context, _ in sides):
        return
    again = [(context.rehearsal(), half) for context, half in sides]
    replace(work, primary=again[0], secondary=again[1], remedies=False).run()
    for (context, half), (rehearsal, _) in zip(sides, again, strict=True):
        approved = _certain(context.approved or (), half.vm.path)
        refuse_other(approved, _certain(rehearsal.changes, half.vm.path))


def _certain(changes: Sequence[Change], path: str) -> list[Change]:
    return [each for each in changes if not each.possible and each.path == path]
