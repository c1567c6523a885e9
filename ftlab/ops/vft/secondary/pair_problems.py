"""Why a VM that was asked for cannot be brought up as an FT secondary, or was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlab.errors import FtlabError, HostFailed, NotApplicable, Refused
from ftlab.esxi.getallvms.selector import select
from ftlab.model import Outcome
from ftlab.ops.vft.pairs import Half, Pair
from ftlab.ops.vft.secondary.attempt_log import AttemptLog
from ftlab.ops.vft.status import halves_of

PairProblem = tuple[str, FtlabError]
"""The host it is told at, and the words."""


def refusals(
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
