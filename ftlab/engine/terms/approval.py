"""What a person said yes to, host by host: that is done, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ftlab.errors import Refused
from ftlab.frozen import frozen
from ftlab.model import Change

Plans = Mapping[str, tuple[Change, ...]]
"""By host: the plan that was approved. A host that is not in it has an empty one."""


@frozen(slots=True)
class Round:
    """One time over the hosts: a ``check``, or for real. A ``rehearsal`` is the check whose plan
    somebody is to approve; ``approved`` is what they said yes to."""

    check: bool = False
    rehearsal: bool = False
    approved: Plans | None = None


CHECK = Round(check=True)
FOR_REAL = Round()

KIND = "plan.changed"
_HINT = "run it again to see the new plan and approve that"


def possibly(change: Change) -> Change:
    """A step of a plan that is only taken if it comes to that."""
    return replace(change, possible=True)


def refuse_other(approved: Sequence[Change], now: Sequence[Change]) -> None:
    """Raise ``Refused`` (kind ``plan.changed``) unless both plans are the same, in any order."""
    if Counter(map(_step, approved)) == Counter(map(_step, now)):
        return
    raise Refused(
        f"not done: the plan is another one than was approved; now it is {_listed(now)}, "
        f"approved was {_listed(approved)}",
        kind=KIND,
        hint=_HINT,
    )


def refuse_unapproved(
    approved: Sequence[Change], done: Sequence[Change], steps: Sequence[Change]
) -> None:
    """Raise ``Refused`` (kind ``plan.changed``) for a step that is neither in the approved plan
    nor puts back what this run itself has changed (``done``)."""
    covered = {_step(each) for each in approved if not each.possible}
    possible = {_aim(each) for each in approved if each.possible}
    undoing = {(_setting(each), repr(each.before)) for each in done}
    wrong = [
        each
        for each in steps
        if _step(each) not in covered and _aim(each) not in possible and _aim(each) not in undoing
    ]
    if wrong:
        raise Refused(
            f"not done, since it was not approved: {_listed(wrong)}; "
            f"approved was {_listed(approved)}",
            kind=KIND,
            hint=_HINT,
        )


def _setting(change: Change) -> tuple[str, ...]:
    """What a change is about. A key that hostd has yet to load is the key of its VMX."""
    target = "vmx" if change.target == "reload" and change.key else change.target
    path = change.path or ""
    path = path.casefold() if target == "advopt" else path
    return target, path, (change.key or "").casefold(), "" if path else change.vm or ""


def _aim(change: Change) -> tuple[tuple[str, ...], str]:
    return _setting(change), repr(change.after)


def _step(change: Change) -> tuple[object, ...]:
    """A step, from where to where; of one that is only possible nobody knows from where."""
    before = "" if change.possible else repr(change.before)
    return _setting(change), before, repr(change.after), change.possible


def _listed(changes: Sequence[Change]) -> str:
    return "; ".join(map(_described, changes)) or "nothing to change"


def _described(change: Change) -> str:
    named = change.target in {"advopt", "setting"}  # the others are about a VM or its file
    what = change.key or (change.path if named else change.target)
    whose = f"{change.vm}: " if change.vm else ""
    possibly = " (possible)" if change.possible else ""
    return f"{whose}{what} {_value(change.before)} → {_value(change.after)}{possibly}"


def _value(value: object) -> str:
    return "none" if value is None else str(value)
