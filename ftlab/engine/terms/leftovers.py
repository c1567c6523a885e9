"""What earlier runs have left on a host, and who sees to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from ftlab.engine.options import Options
from ftlab.engine.run_lock import RunLock

if TYPE_CHECKING:
    from ftlab.engine.context import Context
    from ftlab.journal import Journal, JournalChange

LeftByHost = Mapping[str, tuple["JournalChange", ...]]
"""By host: changes of earlier runs that something is left of, oldest first."""


class Recovery(Protocol):
    """Finishes what earlier runs have left, around a job. A picklable value; what it cannot
    finish stays in ``context.left``, and the host's report says so."""

    def before(self, context: Context) -> None:
        """Before the job looks at the host. Raises ``HostError`` where the connection is lost."""

    def after(self, context: Context) -> None:
        """After the job, for the VMs that it had in hand. Raises ``HostError``."""


def left_on(
    hosts: Sequence[str], options: Options, journal: Journal | None, of: str | None = None
) -> LeftByHost:
    """What the inventory's runs (``of`` one run) have left on these hosts. Without a ``journal``,
    for a check, nobody holds the lock: the run that does is at work, and has left nothing yet.

    Raises ``StateError``.
    """
    from ftlab.journal import Journal

    if journal is not None:
        return journal.left(hosts, of)
    with Journal.open_to_read(options.journal, options.real_inventory) as opened:
        found = opened.left(hosts, of)
    busy = RunLock.of(options).holder() if found else None
    dead = {host: tuple(e for e in left if e.run != busy) for host, left in found.items()}
    return {host: left for host, left in dead.items() if left}


def described(left: Sequence[JournalChange]) -> list[str]:
    """A note on each run that has left something."""
    return [left_note(run, words) for run, words in words_by_run(left).items()]


def left_note(run: str, words: Sequence[str]) -> str:
    return f"run {run} was cut short here: {', '.join(words)}; ftlab lab.recover {run} sees to it"


def words_by_run(left: Sequence[JournalChange]) -> dict[str, list[str]]:
    """What each run has left, in words."""
    found: dict[str, list[str]] = {}
    for entry in left:
        words = found.setdefault(entry.run, [])
        if (said := _words(entry)) not in words:
            words.append(said)
    return found


def _words(entry: JournalChange) -> str:
    change = entry.change
    name = change.vm or change.path or change.after  # a command has neither of the first two
    if change.target == "power":
        if entry.extra.get("comes_back"):
            return f"{name} was {change.before} and may be {change.after} since"
        return f"nobody saw whether {name} went {change.after}"
    if change.target in {"advopt", "setting"}:
        return f"nobody saw whether {change.path} became {change.after}"
    if change.key:
        return f"nobody saw whether {name} got {change.key}"
    return f"nobody saw the end of the {change.target} of {name}"
