"""What the journal takes in and gives out. Times are ISO 8601 in UTC, durations in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final, NamedTuple

from ftlab.frozen import frozen
from ftlab.model import Change, Failure, HostStep

UNFINISHED: Final = "unfinished"
"""Status of a run or host without an end: still at work, or killed."""

STATES: Final = ("intended", "applied", "verified", "failed", "undone")


@frozen(slots=True)
class RunInfo:
    """A run as it begins. ``args`` must come without secrets; ``hosts`` are those it is meant
    for, in inventory order, so that one that was never reached can be told from one that was."""

    run: str
    task: str
    args: Any
    started: str
    inventory: str
    user: str
    controller: str
    version: str
    hosts: tuple[str, ...] = ()


@frozen(slots=True)
class RunRecord:
    """A run as the journal knows it. ``seconds`` and ``exit`` are ``None`` without an end."""

    run: str
    task: str
    args: Any
    started: str
    seconds: float | None
    status: str
    exit: int | None
    hosts: tuple[str, ...]
    inventory: str
    user: str
    controller: str
    version: str

    @property
    def undoes(self) -> str | None:
        """The run that this one took back, if it is a ``lab.undo``."""
        named = self.args.get("run") if isinstance(self.args, Mapping) else None
        return named if self.task == "lab.undo" and isinstance(named, str) else None


@frozen(slots=True)
class HostRecord:
    """How one host fared in a run: a status of :data:`ftlab.model.STATUSES` or ``unfinished``.
    ``steps``: what it was busy with and waited for; none in runs from before they were recorded."""

    host: str
    status: str
    error: Failure | None = None
    seconds: float | None = None
    steps: tuple[HostStep, ...] = ()


@frozen(slots=True)
class JournalChange:
    """One change, and how far it came: ``intended`` (nobody knows whether the host heard of it),
    ``applied``, ``verified``, ``failed`` or ``undone``."""

    id: int
    run: str
    host: str
    change: Change
    state: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether the host was seen to have changed nothing."""
        return self.state == "verified" and self.change.before == self.change.after


class Setting(NamedTuple):
    """What a change is about: all changes of one setting of a host follow each other."""

    target: str
    path: str
    key: str
    vm: str


def setting_of(change: Change) -> Setting:
    """Hosts compare option paths and VMX keys without case; a VM is known by its path, if it is
    given, since it may be renamed."""
    path = change.path or ""
    if change.target == "advopt":
        path = path.casefold()
    vm = "" if path else change.vm or ""
    return Setting(change.target, path, (change.key or "").casefold(), vm)
