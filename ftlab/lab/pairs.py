"""FT across hosts: the pairs that several hosts' answers make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftlab.fleet.outcomes import not_started
from ftlab.fleet.pool import FleetResult
from ftlab.lab.front import Lab
from ftlab.lab.unmatched import failed_if_unmatched
from ftlab.model import Host, Outcome
from ftlab.ops.ftstate import FtStatus
from ftlab.ops.pairs import Half, Pair, pair_up
from ftlab.report.document import Report


def halves_of(outcomes: Sequence[Outcome]) -> list[Half]:
    """Every VM that the hosts told of."""
    return [half for o in outcomes for half in o.facts.get("halves", ())]


def with_pairs(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Each host's facts get the pairs it has a half of."""
    pairs = by_host(pair_up(halves_of(outcomes)))
    judged = failed_if_unmatched(outcomes)
    return tuple(_host_with_pairs(each, pairs.get(each.host, ())) for each in judged)


def by_host(pairs: Iterable[Pair]) -> Mapping[str, Sequence[Pair]]:
    """The pairs that each host has a half of, in their order."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        for host in dict.fromkeys(pair.hosts):
            found.setdefault(host, []).append(pair)
    return found


def _host_with_pairs(each: Outcome, pairs: Sequence[Pair]) -> Outcome:
    """``pairs`` are those that the host has a half of."""
    facts = without_halves(each)
    if "vms" in facts:
        facts["vms"] = [_vm_facts(half, pairs) for half in each.facts.get("halves", ())]
        facts["pairs"] = [pair.facts() for pair in pairs]
    return replace(each, facts=facts)


def _vm_facts(half: Half, pairs: Sequence[Pair]) -> dict[str, Any]:
    """A half that does not tell its role has the one its pair leaves it."""
    roles = (pair.role_of(half) for pair in pairs if half in pair.halves)
    return half.facts() | {"role": next(roles, half.role)}


def only_seen(found: FleetResult) -> tuple[Outcome, ...]:
    """The outcomes of a run that was stopped when it had only looked: *ok* would say that its
    work was done."""
    return tuple(
        replace(not_started(Host(each.host), found.stopped), seconds=each.seconds, facts=each.facts)
        if each.status == "ok"
        else each
        for each in with_pairs(found.outcomes)
    )


def without_halves(each: Outcome) -> dict[str, Any]:
    """A host's facts without what is only for pairing."""
    return {key: value for key, value in each.facts.items() if key != "halves"}


def status(lab: Lab, vm: tuple[str, ...] = ()) -> Report:
    """``vft.status``: every VM's FT side, and the pairs found across the selected hosts."""
    return lab.run("vft.status", FtStatus(vm), conclude=with_pairs)
