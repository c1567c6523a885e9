"""What earlier runs have set advanced options to, and when: what a line of a log says is about the
values of its time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from ftlab.frozen import frozen
from ftlab.journal.journal import Journal
from ftlab.journal.records import HostRecord, JournalChange, RunRecord


@frozen
class OptionChange:
    """One option of one host, set ``at`` that time (seconds since 1970). ``pending``: its run has
    left a part of the work to somebody else, who may be at it. ``cut_short``: its run came to no
    good end on one of the hosts, and may have meant to put the old value back."""

    path: str
    before: Any
    after: Any
    at: float
    pending: bool
    run: str = ""
    task: str = ""
    cut_short: bool = False


Earlier = Mapping[str, Sequence[OptionChange]]
"""By host, oldest first."""
_ENDED = frozenset({"ok", "changed"})
Look = Callable[[], Earlier]
NOTHING: Earlier = {}


def earlier_changes(journal: Journal, hosts: Iterable[str], pending_kind: str) -> Earlier:
    """Every verified change of an option on these hosts. A run is pending whose error there was of
    ``pending_kind``. Raises ``StateError``."""
    found: dict[str, list[OptionChange]] = {}
    ends: dict[str, Sequence[HostRecord]] = {}
    wanted = frozenset(hosts)
    for entry, run in journal.changes_on(wanted):
        change = entry.change
        if change.target != "advopt" or not change.verified or change.path is None:
            continue
        if run.run not in ends:
            ends[run.run] = [end for end in journal.outcomes(run.run) if end.host in wanted]
        pending = any(end.error and end.error.kind == pending_kind for end in ends[run.run])
        ended = all(end.status in _ENDED for end in ends[run.run])
        found.setdefault(entry.host, []).append(
            OptionChange(
                change.path, change.before, change.after, _time(entry, run), pending,
                run.run, run.task, cut_short=not (ended or pending),
            )
        )  # fmt: skip
    return found


def _time(entry: JournalChange, run: RunRecord) -> float:
    """Journals of earlier releases have the time of the run alone."""
    began = datetime.fromisoformat(run.started)
    began = began if began.tzinfo else began.replace(tzinfo=UTC)
    return float(entry.extra.get("at", began.timestamp()))


def value_at(changes: Iterable[OptionChange], path: str, when: float, now: Any) -> Any:
    """The value that an option had then, as far as runs know: ``now`` where none has set it
    since."""
    later = (each for each in changes if each.path == path and each.at > when)
    first = next(later, None)
    return now if first is None else first.before


def pending_of(changes: Sequence[OptionChange]) -> OptionChange | None:
    """The change that the last run has left pending, with the value from before the first of the
    runs that did so one after the other; ``None`` where there is none."""
    if not changes or not changes[-1].pending:
        return None
    last = changes[-1]
    first = last
    for each in reversed(changes):
        if each.path != last.path or not each.pending:
            break
        first = each
    return replace(last, before=first.before)


def cut_short_at(
    changes: Sequence[OptionChange], path: str, task: str, own: str
) -> OptionChange | None:
    """The change of an option that a run of ``task``, but not the run ``own``, was cut short after,
    with the value from before the first of the runs that were, one after the other; ``None`` where
    the last change of that option is no such one. Pure."""
    mine = [each for each in changes if each.path == path]
    chain = list(
        takewhile(
            lambda each: each.cut_short and each.task == task and each.run != own, reversed(mine)
        )
    )
    return replace(chain[0], before=chain[-1].before) if chain else None
