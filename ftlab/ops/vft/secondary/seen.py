"""What is seen of an FT pair: the states of its halves, and how an attempt to start its secondary
ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ftlab.engine.context import Context
from ftlab.errors import FtlabError, QuestionPending
from ftlab.esxi.logs.signatures import Finding
from ftlab.esxi.vm import runtime
from ftlab.esxi.vm.runtime import Runtime
from ftlab.ops.vft.pairs import Half

Side = tuple[Context, Half]
"""One half of a pair, and its host."""

Starter = Literal["host", "primary", "vcenter"]
"""Who starts the secondary: its own host at our ``power.on``, its primary's host as we power that
on, or vCenter, while we look on."""

RUNNING = "running"


def is_up(now: Runtime) -> bool:
    """Success is the FT state *running*, never *powered on* alone."""
    return now.power == "on" and now.ft_state == RUNNING


def look_at(side: Side) -> Runtime:
    """The half's runtime state as it is now."""
    context, half = side
    return runtime.parse_runtime(context.ask(runtime.build_runtime(half.vm.vmid)).out)


def look_at_secondary(secondary: Side, primary: Side) -> Runtime:
    """The secondary's state. Where it is on and does not say *running*, what the primary says
    of the pair counts too: a host may leave the field out, or be late with it. Both are asked
    at the same time."""
    now, other = secondary[0].session.together(lambda: look_at(secondary), lambda: look_at(primary))
    return for_the_pair(now, other)


def for_the_pair(now: Runtime, other: Runtime) -> Runtime:
    """The secondary's state, completed by what its primary says."""
    if now.power != "on" or now.ft_state == RUNNING:
        return now
    said = other.ft_state
    return replace(now, ft_state=said) if said == RUNNING or now.ft_state is None else now


@dataclass(frozen=True)
class Seen:
    """How an attempt ended: the secondary's power ``before`` and its state ``now``, the state that
    the primary gives the pair, the answer's fault and lines, what the logs say, which of them
    could not be read, and a question that nobody has answered.

    ``ours``: this run has powered the secondary on. ``fell``: it was on for a while.
    """

    starter: Starter
    before: str
    now: Runtime
    pair_state: str | None = None
    fault: FtlabError | None = None
    findings: tuple[Finding, ...] = ()
    answer: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    question: QuestionPending | None = None
    ours: bool = False
    fell: bool = False

    @property
    def running(self) -> bool:
        return is_up(self.now)
