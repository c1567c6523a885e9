"""What a run did to one setting, all its steps taken together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftlab.frozen import frozen
from ftlab.journal import JournalChange, Setting, setting_of
from ftlab.model import Change


@frozen
class NetChange:
    """``change`` leads from the value before the run to the last one it meant to leave; ``left``
    are the values that it may really have left: one, if its last step was ``verified``."""

    change: Change
    left: tuple[Any, ...]
    verified: bool

    @property
    def before(self) -> Any:
        return self.change.before

    @property
    def is_none(self) -> bool:
        """Whether the run itself has put the old value back."""
        return self.verified and self.left == (self.before,)


def net_changes_of(
    entries: Iterable[JournalChange], since: Mapping[Setting, JournalChange]
) -> dict[Setting, NetChange]:
    """From one host's changes of a run, oldest first; ``since`` is the first change of each
    setting by a later run, which has seen what this one left."""
    steps: dict[Setting, list[JournalChange]] = {}
    for entry in entries:
        steps.setdefault(setting_of(entry.change), []).append(entry)
    return {setting: _net_change(own, since.get(setting)) for setting, own in steps.items()}


def _net_change(steps: Sequence[JournalChange], later: JournalChange | None) -> NetChange:
    last = steps[-1]
    change = replace(last.change, before=steps[0].change.before)
    if last.state == "verified":
        return NetChange(change, (change.after,), verified=True)
    left = _left_unverified(last) if later is None else (later.change.before,)
    return NetChange(change, left, verified=False)


def _left_unverified(step: JournalChange) -> tuple[Any, ...]:
    """A power step has failed if the VM was seen not to follow; of another one that failed, or
    whose end nobody knows, either may be true."""
    change = step.change
    if change.target == "power" and step.state == "failed":
        return (change.before,)
    return (change.after, change.before)
