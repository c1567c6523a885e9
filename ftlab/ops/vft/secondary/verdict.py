"""What was seen of an attempt at a secondary, and what follows from it: a pure function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ftlab.engine.context import Context
from ftlab.errors import (
    CommandFailed,
    CommandTimeout,
    FtlabError,
    HostdDown,
    HostFailed,
    Lost,
    ParseError,
    QuestionPending,
    Refused,
    Unreachable,
)
from ftlab.esxi.logs.signatures import STARVATION, Finding
from ftlab.esxi.vm import runtime
from ftlab.esxi.vm.runtime import Runtime
from ftlab.frozen import frozen
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


@frozen
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


NOT_THE_HOSTS = frozenset(
    {"fault.InvalidOperationOnSecondaryVm", "fault.NotSupported", "fault.NotImplemented"}
)
"""Faults by which a host says that powering a secondary on is not its business (vSphere API)."""
_OF_A_SECONDARY = "(vim.fault.InvalidOperationOnSecondaryVm)"
"""The same as the cause of a general fault."""

UNKNOWN = "the notes show the answer and the new log lines; no known failure is among them"


@frozen
class Running:
    """FT runs."""

    result: str = "running"


@frozen
class Failed:
    """An attempt that did not lead to *running*. ``error`` is what to say if it was the last one,
    ``result`` how the report puts it; ``blind``: nobody could look any longer."""

    error: FtlabError
    result: str = "failed"
    finding: Finding | None = None
    blind: bool = False


@frozen
class Retry(Failed):
    """The same may work a moment later."""


@frozen
class RetryAfterRemedy(Failed):
    """A known option may help: it is set before the next attempt."""

    def final(self, message: str, hint: str) -> GiveUp:
        """The same where no remedy is left."""
        error = HostFailed(message, kind=self.error.kind, hint=hint)
        return GiveUp(error, self.result, self.finding)


@frozen
class WaitForVCenter(Failed):
    """No host can do more: the next start is vCenter's."""


@frozen
class GiveUp(Failed):
    """No other attempt helps. ``as_is``: the error tells everything by itself."""

    as_is: bool = False


Verdict = Running | Retry | RetryAfterRemedy | WaitForVCenter | GiveUp


def verdict(seen: Seen) -> Verdict:
    """What one attempt means."""
    if seen.running:
        return Running()
    if seen.question is not None:
        return _waits_for_an_answer(seen.question)
    return _of_failure(seen)


def _of_failure(seen: Seen) -> Verdict:
    if seen.fault is not None and _is_not_the_hosts(seen.fault):
        return WaitForVCenter(_left_to_vcenter(seen.fault), str(seen.fault))
    if seen.findings:
        return _by_cause(seen.findings)
    if seen.starter == "vcenter" or (seen.starter == "primary" and not seen.fell):
        return _not_started(seen)
    error, same = _unexplained(seen), seen.now.power == seen.before
    result = str(seen.fault) if seen.fault else "powered on, but never running"
    # A state in which the host refuses the power-on, and which stays, is no passing one.
    if seen.fault is not None and seen.fault.kind == "fault.InvalidPowerState" and same:
        return GiveUp(error, result)
    return Retry(error, result)


def _is_not_the_hosts(fault: FtlabError) -> bool:
    answer = f"{fault.evidence.get('stdout', '')}{fault.evidence.get('stderr', '')}"
    return fault.kind in NOT_THE_HOSTS or _OF_A_SECONDARY in answer


def verdict_of_error(vm: str, error: FtlabError, *, can_reconnect: bool) -> Retry | GiveUp:
    """What it means that an attempt could not be seen through."""
    if isinstance(error, Lost | Unreachable):
        lost = HostFailed(
            error.message, kind=error.kind, hint="when the host is back: vft.status, then try again"
        )
        result = "the connection to a host of the pair was lost"
        refused = error.kind.startswith("auth.")  # asking again would lock the account
        return (Retry if can_reconnect and not refused else GiveUp)(lost, result, blind=True)
    if isinstance(error, HostdDown):
        return Retry(error, "hostd does not answer", blind=True)
    if isinstance(error, QuestionPending):
        return _waits_for_an_answer(error)
    anonymous = isinstance(error, CommandFailed | CommandTimeout | ParseError)
    named = error.with_message(f"VM {vm}: {error.message}") if anonymous else error
    return GiveUp(named, error.message, as_is=True)


def _waits_for_an_answer(pending: QuestionPending) -> GiveUp:
    text = pending.evidence.get("question", pending.message)
    return GiveUp(pending, f"waits for an answer: {text}", as_is=True)


def _by_cause(found: Sequence[Finding]) -> Verdict:
    """By the finding of the highest precedence."""
    cause = found[0]
    signature = cause.signature
    kind, words = f"vft.{signature.name}", signature.meaning
    if signature.kind == "remedy":
        return RetryAfterRemedy(HostFailed(words, kind=kind, hint=STARVATION), finding=cause)
    error = HostFailed(words, kind=kind, hint=signature.advice)
    if signature.kind in {"transient", "generic"}:
        return Retry(error, finding=cause)
    return GiveUp(error, finding=cause)


def _left_to_vcenter(fault: FtlabError) -> FtlabError:
    return Refused(
        f"its host leaves the start of a secondary to vCenter ({fault.message})",
        kind="vft.vcenter",
        hint="--trigger vcenter sets the remedy and watches, --trigger primary restarts the "
        "primary, whose host then starts the secondary",
    )


def _not_started(seen: Seen) -> WaitForVCenter:
    """Somebody else's start that has not come, or of which the logs say nothing known."""
    if seen.now.power == "on":
        words = "vCenter has powered it on, but it never ran"
    elif seen.pair_state == "disabled":
        words = "FT is disabled, as vCenter leaves it after a start that failed"
    elif seen.starter == "primary":
        words = "its primary was powered on, but nobody has started it"
    else:
        words = "vCenter has not started it"
    return WaitForVCenter(HostFailed(words, kind="vft.vcenter"), words)


def _unexplained(seen: Seen) -> FtlabError:
    if isinstance(seen.fault, HostFailed):
        fault = seen.fault
        return HostFailed(fault.message, kind=fault.kind, hint=fault.hint or UNKNOWN)
    return HostFailed(
        f"its FT state is {seen.now.ft_state}, not running, its power {seen.now.power}",
        kind="vft.not_running",
        hint="ftlab vft.check shows what FT requires; a slow lab may need a longer --wait",
    )
