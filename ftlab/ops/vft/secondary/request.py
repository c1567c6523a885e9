"""What ``vft.power-on-secondary`` is asked for, why a VM cannot have it, and the plan of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, get_args

from ftlab.engine.context import Context
from ftlab.engine.terms.approval import possibly, refuse_other
from ftlab.errors import FtlabError, HostFailed, NotApplicable, Refused, UsageError
from ftlab.esxi.getallvms.selector import select
from ftlab.esxi.logs.signatures import SIGNATURES, Signature
from ftlab.frozen import frozen
from ftlab.model import Change, Outcome
from ftlab.ops import advopt
from ftlab.ops.vft.pairs import Half, Pair
from ftlab.ops.vft.secondary.attempt_log import AttemptLog
from ftlab.ops.vft.secondary.power import SecondaryPower, restart
from ftlab.ops.vft.secondary.remedies import Step, steps
from ftlab.ops.vft.secondary.verdict import RUNNING, Side, Starter, is_up
from ftlab.ops.vft.status import halves_of
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


@frozen
class PowerOnSecondary:
    """``wait``: the seconds of waiting and looking that all attempts of a pair have together, for
    *running* and between attempts; ``remedies`` False only diagnoses; ``net_timeout``, in seconds,
    adds the remedy that is off by default; ``guest_wait``: the seconds that the primary's guest
    gets to shut down; ``kept``: options that no remedy may change."""

    vm: tuple[str, ...]
    remedies: bool = True
    start_primary: bool = False
    wait: float = WAIT
    attempts: int = 5
    net_timeout: int | None = None
    signatures: tuple[Signature, ...] = SIGNATURES
    trigger: Trigger = "auto"
    guest_wait: float = GUEST_WAIT
    kept: frozenset[str] = frozenset()

    @property
    def policy(self) -> Policy:
        return replace(SECONDARY, attempts=self.attempts, deadline=self.wait)

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for step in steps(self.net_timeout) if step.path not in self.kept)


def note_plan(starter: Starter, secondary: Side, primary: Side, wanted: PowerOnSecondary) -> None:
    """What is done for certain by ``starter``, who makes the first start, and what may follow."""
    if starter == "host":
        SecondaryPower(secondary, primary).plan()
        note_expected(secondary[0], secondary[1].vm)
    elif starter == "primary":
        restart(primary, wanted.guest_wait)
    note_running(secondary)
    if starter == "host" and wanted.attempts > 1:
        note_retry(secondary)
    if wanted.remedies and (starter == "vcenter" or wanted.attempts > 1):
        note_remedies([primary[0], secondary[0]], wanted.steps)


def note_running(secondary: Side) -> None:
    """FT may come to run by somebody else's start, with every trigger."""
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
    have come to: each is compared as it is taken. vCenter may start a secondary while a person
    thinks about the question: what is on by now is what was approved."""
    sides = primary, secondary
    if any(context.approved is None for context, _ in sides) or is_up(secondary[1].runtime):
        return
    one, two = ((context.rehearsal(), half) for context, half in sides)
    rehearse(one, two)
    for (context, half), (rehearsal, _) in zip(sides, (one, two), strict=True):
        approved = _certain(context.approved or (), half.vm.path)
        now = _certain(rehearsal.changes, half.vm.path)
        refuse_other([each for each in approved if each in now or not _is_met(each, half)], now)


def _is_met(step: Change, half: Half) -> bool:
    return step.target == "power" and step.after == half.runtime.power == "on"


def _certain(changes: Sequence[Change], path: str) -> list[Change]:
    """The steps of the starts; what had to be finished of earlier runs is so by now."""
    steps = [each for each in changes if each.target in {"power", "ft"} and each.path == path]
    return [each for each in steps if not each.possible]


PairProblem = tuple[str, FtlabError]
"""The host it is told at, and the words."""


def pair_problems(
    wanted: Sequence[str], found: Sequence[Outcome], pairs: Sequence[Pair]
) -> Iterator[PairProblem]:
    """One for each VM without FT that was named (a glob may meet such VMs, but not only such),
    and for each pair that is not whole."""
    paired = {half.place for pair in pairs for half in pair.halves}
    for half in halves_of(found):
        if half.place not in paired and (not pairs or _is_named(half, wanted)):
            yield half.host, _not_in_a_pair(half)
    unread = [each for each in found if each.status in {"unreachable", "failed"}]
    for pair in pairs:
        if not (pair.primary and pair.secondary):
            words = _unclear(pair) if pair.unclear else _half_a_pair(pair, unread, wanted)
            yield pair.hosts[0], words


def _is_named(half: Half, wanted: Sequence[str]) -> bool:
    return bool({half.vm.name, half.vm.path, f"vmid:{half.vm.vmid}"} & set(wanted))


def _not_in_a_pair(half: Half) -> Refused:
    return Refused(
        f"{half.vm.name} on {half.host} is not part of an FT pair "
        f"(its state is {half.runtime.ft_state})",
        kind="vft.not_configured",
        hint="turn Fault Tolerance on for it in vCenter: vim-cmd has no command for it",
    )


def _half_a_pair(pair: Pair, unread: Sequence[Outcome], wanted: Sequence[str]) -> Refused:
    """A half that was not seen is on another host, or on one of those that were not read, or
    was not asked for: a vmid, and often a path, names one half alone."""
    missing = "secondary" if pair.primary else "primary"
    if unread:
        why = [f"{each.host} ({each.error.message if each.error else ''})" for each in unread]
        return Refused(
            f"the {missing} of {pair.name} is on none of the hosts that could be read; not read: "
            + ", ".join(why),
            kind="vft.half_pair",
            hint=f"see to {', '.join(each.host for each in unread)} first, then try again",
        )
    hint = "widen --limit so that both hosts of the pair are among them"
    if not any(select([half.vm], word) for half in pair.halves for word in wanted
               if not word.startswith(("vmid:", "["))):  # fmt: skip
        hint = f"--vm {pair.name} names both halves; or {hint}"
    return Refused(
        f"the {missing} of {pair.name} is not among the VMs of this run",
        kind="vft.half_pair",
        hint=hint,
    )


def _unclear(pair: Pair) -> Refused:
    if pair.rivals:
        return Refused(
            f"{pair.name} is {pair.rivalry}",
            kind="vft.roles_unclear",
            hint="unregister what is left over, or leave its host out with --exclude",
        )
    return Refused(
        f"{pair.name} on {', '.join(pair.hosts)} does not tell which half is the primary",
        kind="vft.roles_unclear",
        hint="power the primary on: it then needs a secondary, and says so; --limit must hold "
        "both hosts of the pair",
    )


_CUT = {"deadline": "the deadline passed", "interrupted": "the run was interrupted"}


def left_out(name: str, ended: Outcome, run: str, log: AttemptLog | None) -> FtlabError | None:
    """A pair that the fleet never came to, or had to leave, or that met a fault of ours. ``log``
    are the attempts, if its work had begun; one under way is noted as cut short."""
    failure = ended.error
    if failure is None:
        return None
    words, hint, cut = failure.message, failure.hint, _CUT.get(failure.kind)
    if log is not None and cut:
        log.broken_off(f"cut short: {cut}")
        words = f"{cut} {f'in attempt {log.begun}' if log.begun else 'before the first attempt'}"
        hint = f"vft.status shows the pair; ftlab lab.undo {run} puts everything back"
    elif cut and ended.status != "skipped":
        words = f"{cut} while other pairs on its hosts had their turn; nothing was done for it"
        hint = "run it again, with a longer --deadline where one was given"
    kind = NotApplicable if ended.status == "skipped" else HostFailed
    return kind(f"{name}: {words}", kind=failure.kind, hint=hint)
