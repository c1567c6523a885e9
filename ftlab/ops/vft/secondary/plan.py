"""The plan of one pair: the power steps, and what may follow them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ftlab.engine.context import Context
from ftlab.engine.terms.approval import possibly, refuse_other
from ftlab.errors import NotApplicable
from ftlab.model import Change
from ftlab.ops import advopt
from ftlab.ops.vft.secondary.power import SecondaryPower, restart
from ftlab.ops.vft.secondary.remedies import Step
from ftlab.ops.vft.secondary.request import PowerOnSecondary
from ftlab.ops.vft.secondary.seen import RUNNING, Side, Starter
from ftlab.ops.vms.listing import change_of
from ftlab.ops.vms.questions import note_expected


def note_plan(starter: Starter, secondary: Side, primary: Side, wanted: PowerOnSecondary) -> None:
    """What is done for certain by ``starter``, who makes the first start, and what may follow."""
    if starter == "host":
        SecondaryPower(secondary, primary).plan()
        note_expected(secondary[0], secondary[1].vm)
    elif starter == "primary":
        restart(primary, wanted.guest_wait)
    if starter != "host" or wanted.trigger == "auto":
        note_running(secondary)
    if starter == "host" and wanted.attempts > 1:
        note_retry(secondary)
    if wanted.remedies and (starter == "vcenter" or wanted.attempts > 1):
        note_remedies([primary[0], secondary[0]], wanted.steps)


def note_running(secondary: Side) -> None:
    """FT may come to run by somebody else's start."""
    context, half = secondary
    _note(context, possibly(change_of(half.vm, "ft", half.runtime.ft_state, RUNNING)))


def note_retry(side: Side) -> None:
    """Before another attempt, what the last one left on goes off."""
    context, half = side
    _note(context, possibly(change_of(half.vm, "power", "on", "off")))


def note_remedies(contexts: Sequence[Context], steps: Sequence[Step]) -> None:
    """The options that remedies would set on these hosts, one step after the other. A build that
    does not have the option has no remedy."""
    now: dict[tuple[str, str], int | str | None] = {}
    for step in steps:
        try:
            options = [advopt.read_option(context, step.path) for context in contexts]
        except NotApplicable:
            continue
        for context, option in zip(contexts, options, strict=True):
            before = now.get((context.host, option.path), option.value)
            now[context.host, option.path] = step.value
            if before != step.value:
                _note(context, possibly(Change("advopt", before, step.value, option.path)))


def _note(context: Context, change: Change) -> None:
    """Two pairs on a host may have the same remedy."""
    if change not in context.changes:
        context.changes.append(change)


def refuse_other_plan(
    primary: Side, secondary: Side, rehearse: Callable[[Side, Side], None]
) -> None:
    """Raise ``Refused`` (kind ``plan.changed``) where this pair's power steps are not those that
    were approved; ``rehearse`` makes the plan once more. Its remedies depend on what other pairs
    have come to: each is compared as it is taken."""
    sides = primary, secondary
    if any(context.approved is None for context, _ in sides):
        return
    one, two = ((context.rehearsal(), half) for context, half in sides)
    rehearse(one, two)
    for (context, half), (rehearsal, _) in zip(sides, (one, two), strict=True):
        approved = _certain(context.approved or (), half.vm.path)
        refuse_other(approved, _certain(rehearsal.changes, half.vm.path))


def _certain(changes: Sequence[Change], path: str) -> list[Change]:
    """The steps of the starts; what had to be finished of earlier runs is so by now."""
    steps = [each for each in changes if each.target in {"power", "ft"} and each.path == path]
    return [each for each in steps if not each.possible]
