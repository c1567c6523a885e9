"""What a reader needs of the facts; ``-v`` shows the rest, and JSON has all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftlab.model import Outcome
from ftlab.report.layout.values import plural
from ftlab.report.layout.view import View

Item = Mapping[str, Any]

_MORE = "-v lists them"


def visible_facts(outcomes: Iterable[Outcome], view: View) -> list[Outcome]:
    """The outcomes with the facts that are to be shown, as they are to be shown."""
    return [replace(each, facts=_facts(each, view)) for each in outcomes]


def left_out(outcomes: Sequence[Outcome], view: View) -> Iterator[str]:
    """A line about each kind of row that is not shown."""
    checks = [item for each in outcomes for item in _items(each, "checks")]
    passed = sum(map(_passes, checks))
    if passed and not view.verbose:
        yield f"{passed} of {plural(len(checks), 'check')} passed ({_MORE})"
    without = sum(_has_no_ft(item) for each in outcomes for item in _items(each, "vms"))
    if without and not _shows_all_vms(view):
        yield f"{plural(without, 'VM')} without FT ({_MORE})"


def _facts(outcome: Outcome, view: View) -> dict[str, Any]:
    facts = dict(outcome.facts)
    _drop(facts, "keys", _changed_keys(outcome))
    if not _shows_all_vms(view):
        _drop(facts, "vms", _has_no_ft)
    if not view.verbose:
        _drop(facts, "checks", _passes)
    if "checks" in facts:
        facts["checks"] = [_check(item, view) for item in facts["checks"]]
    if isinstance(skew := facts.get("clock_skew"), int):
        facts["clock_skew"] = f"{skew} s"
    return facts


def _items(outcome: Outcome, name: str) -> list[Item]:
    """A fact that is a list of mappings; other shapes have nothing to leave out."""
    items = outcome.facts.get(name)
    known = isinstance(items, list | tuple) and all(isinstance(item, Mapping) for item in items)
    return list(items) if known and items else []


def _drop(facts: dict[str, Any], name: str, unneeded: Callable[[Item], bool]) -> None:
    items = facts.get(name)
    if isinstance(items, list | tuple):
        facts[name] = [i for i in items if not (isinstance(i, Mapping) and unneeded(i))]


def _changed_keys(outcome: Outcome) -> Callable[[Item], bool]:
    """Host keys that the changes show."""
    shown = {change.after for change in outcome.changes}
    return lambda item: item.get("fingerprint") in shown


def _shows_all_vms(view: View) -> bool:
    return view.named or bool(view.verbose)


def _has_no_ft(item: Item) -> bool:
    """Of an FT status; a state that the host does not report is not taken for "no FT"."""
    return item.get("ft_state") == "notConfigured" and item.get("role") is None


def _passes(item: Item) -> bool:
    return item.get("verdict") == "pass"


def _check(item: Any, view: View) -> Any:
    """A requirement without a VM is one of the host; its source is for those who want more."""
    if not isinstance(item, Mapping):
        return item
    rest = {name: value for name, value in item.items() if name != "source" or view.verbose}
    return {**rest, "vm": "(host)"} if item.get("vm", "") is None else rest
