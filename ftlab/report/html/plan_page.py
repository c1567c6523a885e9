"""``lab.plan --html``: how the lab differs from a profile."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from ftlab.engine.report import Report
from ftlab.frozen import frozen
from ftlab.model import Change, Outcome
from ftlab.report.html.environment import rendered
from ftlab.report.html.host_folds import HostFold, SpellHosts, count_of, host_folds
from ftlab.report.html.lanes import lanes
from ftlab.report.html.page_head import head_of
from ftlab.report.layout.values import format_value, option, plural, setting
from ftlab.report.terminal.plan import equal_changes, name_of, value_of

Fact = Mapping[str, Any]


@frozen(slots=True)
class Difference:
    """One setting that is not as it should be; ``names`` are the hosts of which that is true."""

    what: str
    before: str
    after: str
    names: str
    count: str
    possible: bool


@frozen(slots=True)
class PlannedSetting:
    """One setting of the profile on one host."""

    what: str
    now: str
    wanted: str
    differs: bool


@frozen(slots=True)
class PlannedHosts:
    """Hosts that differ alike, with everything that the profile says of them: what differs
    first."""

    fold: HostFold
    settings: tuple[PlannedSetting, ...]

    @property
    def told(self) -> str:
        """``2 of 14 settings differ``."""
        if not self.settings:
            return ""
        count = sum(each.differs for each in self.settings)
        some = f"{count} of " if count else ""
        end = "differ" if count else "as wanted"
        return f"{some}{plural(len(self.settings), 'setting')} {end}"


def plan_page(report: Report, profile: str, spell: SpellHosts) -> str:
    """The whole document."""
    folds = host_folds(report.outcomes, spell, _state)
    name = PurePath(profile).name
    file = () if name == profile else (("profile", profile),)
    return rendered(
        "plan.html.jinja",
        head=head_of(report, f"Plan: {name}", *file),
        differences=_differences(report.outcomes, spell),
        groups=[PlannedHosts(fold, _settings(fold.first)) for fold in folds],
        timeline=lanes(report.steps, report.seconds),
    )


def _state(outcome: Outcome) -> Hashable:
    changes = tuple((name_of(each), each.before, each.after) for each in outcome.changes)
    return repr(changes), _settings(outcome)


def _differences(outcomes: Iterable[Outcome], spell: SpellHosts) -> list[Difference]:
    """Those of most hosts first."""
    found = equal_changes(outcomes, fold_them=True)
    return [_difference(*each, spell) for each in sorted(found, key=lambda own: -len(own[0]))]


def _difference(hosts: Sequence[str], change: Change, spell: SpellHosts) -> Difference:
    before, after = (value_of(change, value) for value in (change.before, change.after))
    return Difference(
        name_of(change), before, after, spell(hosts), count_of(len(hosts)), change.possible
    )


def _settings(outcome: Outcome) -> tuple[PlannedSetting, ...]:
    found = [_planned(fact) for fact in outcome.facts.get("settings") or ()]
    return tuple(sorted(found, key=lambda each: not each.differs))


def _planned(fact: Fact) -> PlannedSetting:
    written = {"advopt": option, "power": format_value}.get(fact["target"], setting)
    of = f"{fact['vm']}: " if fact.get("vm") is not None else ""
    return PlannedSetting(
        f"{of}{_named(fact)}", written(fact["now"]), written(fact["wanted"]), bool(fact["differs"])
    )


def _named(fact: Fact) -> str:
    named = fact["target"] in {"advopt", "setting"}
    return str(fact["path"] if named else fact.get("key", fact["target"]))
