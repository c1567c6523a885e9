"""The minimum requirements of Fault Tolerance: a table, and its judgement on facts. Pure.

Legacy FT (record/replay) up to 6.0; SMP-FT (checkpoints) from 6.5 on. 6.0 has both; ftlab sets
up the legacy kind there, as everywhere before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ftlab.esxi.host.version import Version
from ftlab.ops.vft.requirements.facts import HostSeen

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"

Judgement = tuple[str, str]
"""A verdict, and what was found."""

LEGACY = frozenset({"legacy"})
SMP = frozenset({"smp", "smp8"})
EVERY = LEGACY | SMP

GUIDE = "vSphere Availability guide, FT requirements"
INTEROPERABILITY = "vSphere Availability guide, FT interoperability"
LEGACY_GUIDE = "vSphere 6.0 Availability guide, legacy FT"
API = "vSphere API, VmFaultToleranceConfigIssue"
ARTICLE = "williamlam.com, tag vft"


@dataclass(frozen=True)
class Check:
    """One line of the table. ``vm`` is None where the host itself is meant."""

    vm: str | None
    requirement: str
    verdict: str
    found: str
    wanted: str
    source: str


@dataclass(frozen=True)
class Subject:
    """A host alone, for its own requirements."""

    here: HostSeen


S = TypeVar("S")


@dataclass(frozen=True)
class Rule(Generic[S]):
    """One requirement; ``kinds`` are the kinds of FT that have it."""

    requirement: str
    wanted: str
    source: str
    judge: Callable[[S], Judgement]
    kinds: frozenset[str] = EVERY


def kind_of(version: Version | None) -> str:
    """``legacy`` up to 6.0 (and where the version is unknown), ``smp`` for 6.5, ``smp8`` from
    6.7 on, whose SMP-FT takes 8 vCPUs and 128 GB."""
    if version is None or version.key < (6, 5):
        return "legacy"
    return "smp" if version.key < (6, 7) else "smp8"


def judged(rules: Sequence[Rule[S]], subject: S, kind: str, vm: str | None = None) -> list[Check]:
    """Every rule that this kind of FT has."""
    found: list[Check] = []
    for rule in rules:
        if kind in rule.kinds:
            verdict, words = rule.judge(subject)
            found.append(Check(vm, rule.requirement, verdict, words, rule.wanted, rule.source))
    return found


def unknown(where: str) -> Judgement:
    """For what a host does not tell; ``where`` it can be seen in vCenter."""
    return UNKNOWN, f"cannot be known over SSH: look in vCenter at {where}"


def verdict_on(good: bool | None, found: object, where: str) -> Judgement:
    """Pass or fail, or unknown where ``good`` is None."""
    if good is None:
        return unknown(where)
    return (PASS if good else FAIL), str(found)


def _in_vcenter(where: str) -> Callable[[object], Judgement]:
    return lambda _subject: unknown(where)


def _nics(names: tuple[str, ...] | None) -> Judgement:
    good = None if names is None else bool(names)
    where = "host > Configure > VMkernel adapters"
    return verdict_on(good, ", ".join(names or ()) or "none", where)


def _replay(subject: Subject) -> Judgement:
    """Nested CPUs often cannot; ``replay.allowBTOnly`` is there to do without."""
    if subject.here.replay is None:
        return unknown("host > Summary > Fault Tolerance")
    capable, reasons = subject.here.replay
    if capable:
        return PASS, "the CPU can record and replay"
    why = f" ({reasons})" if reasons else ""
    return UNKNOWN, f"not by the CPU{why}; whether binary translation does shows only by trying"


def _ft_vms(subject: Subject) -> Judgement:
    count = subject.here.ft_vms
    return verdict_on(None if count is None else count <= 4, count, "host > Summary")


HOST_RULES: tuple[Rule[Subject], ...] = (
    Rule("ft-vms-per-host", "at most 4 (das.maxftvmsperhost)", GUIDE, _ft_vms),
    Rule("vmotion-nic", "a vmknic for vMotion", API, lambda s: _nics(s.here.vmotion_nics)),
    Rule("ft-logging-nic", "a vmknic for FT logging", API, lambda s: _nics(s.here.ft_nics)),
    Rule("cpu-replay", "a CPU that can record and replay", LEGACY_GUIDE, _replay, LEGACY),
    Rule("licence", "an edition with FT on every host", GUIDE,
         _in_vcenter("Administration > Licensing")),
    Rule("ha-cluster", "both hosts in one cluster with vSphere HA on", API,
         _in_vcenter("cluster > Configure > vSphere Availability")),
    Rule("host-certificates", "certificate checking on, thumbprints verified", API,
         _in_vcenter("vCenter Server settings > SSL settings")),
)  # fmt: skip
