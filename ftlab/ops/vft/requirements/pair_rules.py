"""What Fault Tolerance requires of the two hosts of a pair together, as a table. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ftlab.ops.vft.requirements.facts import HostFacts, VmFacts
from ftlab.ops.vft.requirements.rules import (
    FAIL,
    GUIDE,
    LEGACY,
    LEGACY_GUIDE,
    PASS,
    SMP,
    UNKNOWN,
    Check,
    Judgement,
    Rule,
    judged,
    unknown,
)
from ftlab.ops.vft.requirements.vm_rules import ft_kind


@dataclass(frozen=True)
class HalfFacts:
    """One half with its host."""

    vm: VmFacts
    host: HostFacts


@dataclass(frozen=True)
class PairSubject:
    """Both halves."""

    one: HalfFacts
    two: HalfFacts


def _datastore(pair: PairSubject) -> Judgement:
    """By the volumes' own identifiers: a name may mean different volumes on two hosts."""
    found = [set(seen.vm.hardware.datastores) if seen.vm.hardware else set()
             for seen in (pair.one, pair.two)]  # fmt: skip
    if not all(found):
        return unknown("datastore > Hosts")
    common = sorted(found[0] & found[1])
    if common:
        return PASS, ", ".join(common)
    return FAIL, f"{', '.join(sorted(found[0]))} against {', '.join(sorted(found[1]))}"


def _build(pair: PairSubject) -> Judgement:
    one, two = pair.one.host.version, pair.two.host.version
    if one is None or two is None or None in (one.build, two.build):
        return unknown("host > Summary")
    if one.build == two.build:
        return PASS, f"build {one.build}"
    versions = pair.one.host.ft_version, pair.two.host.ft_version
    differ = f"build {one.build} against {two.build}"
    if versions[0] is not None and versions[0] == versions[1]:
        return PASS, f"{differ}, FT version {versions[0]} on both"
    return FAIL, differ


def _vmotion_compatible(pair: PairSubject) -> Judgement:
    """SMP-FT takes what vMotion takes, which only vCenter can say of two builds."""
    verdict, found = _build(pair)
    return (UNKNOWN, f"{found}: vCenter knows") if verdict == FAIL else (verdict, found)


def _ft_version(pair: PairSubject) -> Judgement:
    one, two = pair.one.host.ft_version, pair.two.host.ft_version
    if one is None or two is None:
        return unknown("host > Summary > Fault Tolerance version")
    return (PASS, one) if one == two else (FAIL, f"{one} against {two}")


def _cpu(pair: PairSubject) -> Judgement:
    one, two = pair.one.host.cpu, pair.two.host.cpu
    if one is None or two is None:
        return unknown("host > Summary > Processor type")
    return (PASS, one) if one == two else (FAIL, f"{one} against {two}")


PAIR_RULES: tuple[Rule[PairSubject], ...] = (
    Rule("shared-datastore", "one that both hosts see", GUIDE, _datastore, LEGACY),
    Rule("same-build", "the same build, or (from 4.1) the same FT version", GUIDE, _build, LEGACY),
    Rule("same-build", "builds compatible with vMotion", LEGACY_GUIDE, _vmotion_compatible, SMP),
    Rule("ft-version", "the same on both hosts", "vSphere API, HostFeatureVersionKey", _ft_version),
    Rule("cpu-family", "the same CPU family and model", LEGACY_GUIDE, _cpu, LEGACY),
)

_ALONE = "no second half on the hosts of this run: turn FT on in vCenter, or widen --limit"


def check_pair(one: HalfFacts, two: HalfFacts | None) -> list[Check]:
    """The table across the pair; all unknown where there is no second half."""
    name, kind = one.vm.half.vm.name, ft_kind(one.vm, one.host)
    if two is None:
        return [
            Check(name, rule.requirement, UNKNOWN, _ALONE, rule.wanted, rule.source)
            for rule in PAIR_RULES
            if kind in rule.kinds
        ]
    return judged(PAIR_RULES, PairSubject(one, two), {kind}, name)
