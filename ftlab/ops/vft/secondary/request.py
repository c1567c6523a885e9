"""What ``vft.power-on-secondary`` is asked for, and the plan of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ftlab.engine.context import Context
from ftlab.engine.terms.approval import possibly, refuse_other
from ftlab.errors import NotApplicable, UsageError
from ftlab.esxi.logs.signatures import SIGNATURES, Signature
from ftlab.model import Change
from ftlab.ops import advopt
from ftlab.ops.vft.secondary.power import SecondaryPower, restart
from ftlab.ops.vft.secondary.remedies import Step, steps
from ftlab.ops.vft.secondary.verdict import RUNNING, Side, Starter
from ftlab.ops.vms.listing import change_of
from ftlab.ops.vms.power import GUEST_WAIT
from ftlab.ops.vms.questions import note_expected
from ftlab.retry import SECONDARY, Policy

TASK = "vft.power-on-secondary"
WAIT = 25.0
"""Seconds of waiting and looking in all: with it five attempts and their remedies end within 30 s
where hosts answer at once."""

Trigger = Literal["auto", "host", "primary", "vcenter"]
"""Who is to start the secondary; ``auto``: its host, and vCenter where that leaves it to it."""
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)


def parse_trigger(text: str) -> Trigger:
    """Raises ``UsageError`` for any other word."""
    for known in TRIGGERS:
        if text == known:
            return known
    raise UsageError(f"--trigger {text}: takes {', '.join(TRIGGERS)}")


@dataclass(frozen=True)
class PowerOnSecondary:
    """``wait``: the seconds of waiting and looking that all attempts of a pair have together, for
    *running* and between attempts; ``remedies`` False only diagnoses; ``net_timeout``, in seconds,
    adds the remedy that is off by default; ``guest_wait``: the seconds that the primary's guest
    gets to shut down."""

    vm: tuple[str, ...]
    remedies: bool = True
    start_primary: bool = False
    wait: float = WAIT
    attempts: int = 5
    net_timeout: int | None = None
    signatures: tuple[Signature, ...] = SIGNATURES
    trigger: Trigger = "auto"
    guest_wait: float = GUEST_WAIT

    @property
    def policy(self) -> Policy:
        return replace(SECONDARY, attempts=self.attempts, deadline=self.wait)

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps(self.net_timeout)


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
