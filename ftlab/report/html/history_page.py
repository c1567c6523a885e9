"""``lab.history RUN --html``: what a run did, and how far each change came."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftlab.engine.report import Report
from ftlab.frozen import frozen
from ftlab.model import Change, HostStep, Outcome
from ftlab.report.html.environment import rendered
from ftlab.report.html.host_folds import HostFold, SpellHosts, count_of, host_folds
from ftlab.report.html.lanes import lanes
from ftlab.report.html.page_head import PageHead, counts_of, minute
from ftlab.report.layout.values import format_duration, format_value, plural
from ftlab.report.layout.view import View
from ftlab.report.terminal.changes import replaces, value_in
from ftlab.report.terminal.history import arguments
from ftlab.report.terminal.next_steps import next_steps

_WORST_FIRST = ("failed", "intended", "applied", "undone", "verified")
_MEANS = {
    "intended": "nobody knows whether the host heard of it",
    "applied": "sent, and not verified",
    "failed": "the host does not show it",
}


@frozen(slots=True)
class PastChange:
    """One change, and how far it came: ``state``, and what that ``means`` where it is not
    *verified*. Without ``replaced`` it was an act, such as a reload."""

    what: str
    where: str
    before: str
    after: str
    state: str
    means: str
    replaced: bool
    output: str


@frozen(slots=True)
class SharedChange:
    """The same change of several hosts."""

    change: PastChange
    names: str
    count: str


@frozen(slots=True)
class ChangedHosts:
    """Hosts to which the same was done, with the same end."""

    fold: HostFold
    changes: tuple[PastChange, ...]

    @property
    def told(self) -> str:
        """``3 changes``."""
        return plural(len(self.changes), "change") if self.changes else ""


def history_page(
    report: Report,
    of: Mapping[str, Any],
    states: Mapping[str, Sequence[str]],
    steps: Mapping[str, Sequence[HostStep]],
    spell: SpellHosts,
) -> str:
    """The whole document. ``of`` and ``states`` are as ``report.terminal.history`` has them,
    ``report`` has the run's own id, and its outcomes; ``steps`` by host."""
    by_host = {each.host: _past(each, states) for each in report.outcomes}

    def same(outcome: Outcome) -> Hashable:
        return by_host[outcome.host]

    folds = host_folds(report.outcomes, spell, same)
    return rendered(
        "history.html.jinja",
        head=_head(report, of, states),
        changes=_shared(by_host, spell),
        groups=[ChangedHosts(fold, by_host[fold.first.host]) for fold in folds],
        timeline=lanes(steps, of["seconds"]),
    )


def _head(report: Report, of: Mapping[str, Any], states: Mapping[str, Sequence[str]]) -> PageHead:
    took = "without an end" if of["seconds"] is None else format_duration(of["seconds"])
    given = arguments(of["args"])
    facts = (
        *((("with", given),) if given else ()),
        ("run", of["run"]),
        ("by", f"{of['user']}@{of['controller']}"),
        ("started", minute(of["started"])),
        ("took", took),
        *((("exit", str(of["exit"])),) if of["exit"] is not None else ()),
        ("inventory", of["inventory"]),
    )
    left = {state for own in states.values() for state in own} != {"undone"}
    shown = replace(report, run=report.run if left else "")
    following = tuple(next_steps(shown, View()))
    title = format_value(of["task"])
    return PageHead("lab.history", title, facts, counts_of(report), next=following)


def _past(outcome: Outcome, states: Mapping[str, Sequence[str]]) -> tuple[PastChange, ...]:
    """What is in doubt first."""
    pairs = zip(outcome.changes, states.get(outcome.host, ()), strict=True)
    found = [_change(change, state) for change, state in pairs]
    return tuple(sorted(found, key=_rank))


def _rank(change: PastChange) -> int:
    return _WORST_FIRST.index(change.state) if change.state in _WORST_FIRST else 0


def _change(change: Change, state: str) -> PastChange:
    if change.key is not None:
        what, where = change.key, " ".join(filter(None, (change.vm, change.path)))
    elif change.vm is not None:
        what, where = change.target, change.vm
    else:
        what, where = change.path or change.target, ""
    before, after = (value_in(change, value) for value in (change.before, change.after))
    means = _MEANS.get(state, "")
    return PastChange(
        what, where, before, after, state, means, replaces(change), change.output or ""
    )


def _shared(by_host: Mapping[str, Sequence[PastChange]], spell: SpellHosts) -> list[SharedChange]:
    """Each change once; what is in doubt first, then that of the most hosts."""
    found: dict[PastChange, list[str]] = {}
    for host, changes in by_host.items():
        for change in changes:
            found.setdefault(replace(change, output=""), []).append(host)
    ordered = sorted(found.items(), key=lambda each: (_rank(each[0]), -len(each[1])))
    return [
        SharedChange(change, spell(dict.fromkeys(hosts)), count_of(len(set(hosts))))
        for change, hosts in ordered
    ]
