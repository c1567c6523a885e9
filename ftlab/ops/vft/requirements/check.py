"""``vft.check``: the requirements of FT, per VM and across each pair's hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.unmatched import failed_if_unmatched
from ftlab.facts.vms import RequirementFact, RequirementsFacts
from ftlab.model import Failure, Outcome, internal_of
from ftlab.ops.vft.keys import no_legacy
from ftlab.ops.vft.pairs import HalfPlace, pair_up
from ftlab.ops.vft.requirements.facts import HostFacts, Inspected, VftFacts
from ftlab.ops.vft.requirements.host_rules import HOST_RULES, HalfFacts, check_pair
from ftlab.ops.vft.requirements.rules import FAIL, Check, judged, kind_of
from ftlab.ops.vft.requirements.vm_rules import check_vm, ft_kind


def check(lab: OpenLab, vm: tuple[str, ...]) -> Report:
    """Judge the wanted VMs and their hosts. A host with a requirement that fails is *failed*
    (``vft.requirements``), its table is there all the same; what cannot be known fails nobody.
    Reads only."""
    return lab.run("vft.check", VftFacts(vm), conclude=_judged)


def _judged(outcomes: tuple[Outcome, ...]) -> Sequence[Outcome]:
    others = _other_halves([one for each in outcomes for one in _seen(each)])
    return [_host(each, others) for each in failed_if_unmatched(outcomes)]


def _seen(outcome: Outcome) -> list[HalfFacts]:
    return [HalfFacts(vm, on.host) for on in internal_of(outcome, Inspected) for vm in on.vms]


def _other_halves(seen: Sequence[HalfFacts]) -> Mapping[HalfPlace, HalfFacts]:
    """By its place, the half that each one makes a pair with; a VM of that name on another host,
    where FT is not yet on, is none."""
    here = {one.vm.half.place: one for one in seen}
    order = {place: number for number, place in enumerate(here)}
    found: dict[HalfPlace, HalfFacts] = {}
    for pair in pair_up(one.vm.half for one in seen):
        places = sorted((half.place for half in pair.halves), key=order.__getitem__)
        for place in places:
            other = next((each for each in places if each != place), None)
            if other is not None:
                found[place] = here[other]
    return found


def _host(each: Outcome, others: Mapping[HalfPlace, HalfFacts]) -> Outcome:
    if not (told := internal_of(each, Inspected)):
        return each
    here = told[0].host
    seen = _seen(each)
    kinds = {ft_kind(one.vm, here) for one in seen} or {kind_of(here.version)}
    checks = judged(HOST_RULES, here, kinds)
    for one in seen:
        checks += check_vm(one.vm, here) + check_pair(one, others.get(one.vm.half.place))
    facts: RequirementsFacts = {"checks": [_fact(one) for one in checks]}
    if notes := _notes(each, here):
        facts["notes"] = notes
    return _concluded(replace(each, facts=facts), checks)


def _fact(one: Check) -> RequirementFact:
    return {
        "vm": one.vm,
        "requirement": one.requirement,
        "verdict": one.verdict,
        "found": one.found,
        "wanted": one.wanted,
        "source": one.source,
    }


def _notes(each: Outcome, here: HostFacts) -> list[str]:
    """What the host's own part noted, and a clear word where legacy FT is gone."""
    words = no_legacy(here.version) if here.version else None
    return [*each.facts.get("notes", ()), *([words] if words else [])]


def _concluded(each: Outcome, checks: Sequence[Check]) -> Outcome:
    failing = [f"{c.vm or each.host}: {c.requirement} ({c.found})" for c in checks
               if c.verdict == FAIL]  # fmt: skip
    if not failing:
        return each
    if each.status == "failed" and each.error is not None:
        failing.insert(0, each.error.message)
    hint = "ftlab vft.enable sets the keys; the table says what is wanted of the rest"
    error = Failure("vft.requirements", "; ".join(failing), hint)
    return replace(each, status="failed", error=error)
