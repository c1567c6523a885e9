"""What may follow the power-on of a secondary, for its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.engine.context import Context
from ftlab.engine.terms.approval import possibly
from ftlab.errors import NotApplicable
from ftlab.model import Change
from ftlab.ops import advopt
from ftlab.ops.vft.secondary.remedies import Step
from ftlab.ops.vms.listing import change_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftlab.ops.vft.secondary.attempt import Side


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
