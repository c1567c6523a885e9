"""What was captured of a lab's hosts as the tables of a profile. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ftlab.model import Outcome
from ftlab.profile import ProfilePlace, State

Spell = Callable[[Iterable[str]], str]
_SAID = ("options", "settings", "vms")
_OWN_NAME = "{{ inventory_hostname_short }}"
_NOWHERE = ProfilePlace("lab.capture")
_POWER = ""
"""Stands where a VMX key does: none is empty."""


def captured(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those of hosts that told their state."""
    return [each for each in outcomes if "options" in each.facts and each.status == "ok"]


def states(outcomes: Sequence[Outcome], spell: Spell) -> list[State]:
    """The tables, each setting once with the hosts that have it; a host that differs in nothing
    has a table that says nothing. Pure."""
    plain = [o.host for o in outcomes if not any(o.facts[each] for each in _SAID)]
    bare = [State(_NOWHERE, spell(plain))] if plain else []
    found = [*_option_states(outcomes, spell), *_setting_states(outcomes, spell)]
    return [*bare, *found, *_vm_states(outcomes, spell)]


def _option_states(outcomes: Sequence[Outcome], spell: Spell) -> list[State]:
    paths: dict[str, str] = {}
    having: dict[tuple[str, int | str], list[str]] = {}
    for outcome in outcomes:
        for option in outcome.facts["options"]:
            path = paths.setdefault(option["path"].casefold(), option["path"])
            having.setdefault((path, option["value"]), []).append(outcome.host)
    return [State(_NOWHERE, spell(hosts), dict(sorted(own))) for hosts, own in _by_hosts(having)]


def _setting_states(outcomes: Sequence[Outcome], spell: Spell) -> list[State]:
    """One that has every host's own name is the variable of that."""
    values = {
        (outcome.host, each["path"]): each["value"]
        for outcome in outcomes
        for each in outcome.facts["settings"]
    }
    named = _named_after_host(values)
    having: dict[tuple[str, Any], list[str]] = {}
    for (host, path), value in values.items():
        said = _OWN_NAME if path in named else value
        having.setdefault((path, said), []).append(host)
    return [State(_NOWHERE, spell(hosts), settings=dict(own)) for hosts, own in _by_hosts(having)]


def _named_after_host(values: Mapping[tuple[str, str], Any]) -> set[str]:
    own = {path for (host, path), value in values.items() if value == host.partition(".")[0]}
    return own - {path for (host, path), v in values.items() if v != host.partition(".")[0]}


def _vm_states(outcomes: Sequence[Outcome], spell: Spell) -> list[State]:
    words: dict[str, dict[tuple[str, str | None], list[str]]] = {}
    for outcome in outcomes:
        for vm in outcome.facts["vms"]:
            having = words.setdefault(vm["vm"], {})
            power = [(_POWER, vm["power"])] if vm["power"] else []
            for setting in [*vm["vmx"].items(), *power]:
                having.setdefault(setting, []).append(outcome.host)
    return [
        State(_NOWHERE, spell(hosts), vm=word, keys=keys, power=power)
        for word, having in words.items()
        for hosts, own in _by_hosts(having)
        for power, keys in [_parted(own)]
    ]


def _parted(own: Iterable[tuple[str, str | None]]) -> tuple[str | None, dict[str, str | None]]:
    keys = dict(own)
    return keys.pop(_POWER, None), keys


def _by_hosts(having: Mapping[Any, Sequence[str]]) -> list[tuple[tuple[str, ...], list[Any]]]:
    """Settings by the hosts that have them, those that most hosts have first."""
    tables: dict[tuple[str, ...], list[Any]] = {}
    for setting, hosts in having.items():
        tables.setdefault(tuple(dict.fromkeys(hosts)), []).append(setting)
    return sorted(tables.items(), key=lambda table: -len(table[0]))
