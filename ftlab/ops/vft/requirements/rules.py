"""The minimum requirements of Fault Tolerance: a table, and its judgement on facts. Pure.

Legacy FT (record/replay) up to 5.5, SMP-FT (checkpoints) from 6.5 on. 6.0 has both, and makes the
legacy kind only for a VM with ``vm.uselegacyft = "true"`` (vSphere API, CreateSecondaryVMEx_Task).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from ftlab.esxi.host.version import Version
from ftlab.facts.vms import FtVerdict
from ftlab.frozen import frozen
from ftlab.ops.vft.requirements.facts import HostFacts

PASS: Final = "pass"  # noqa: S105 - a verdict
FAIL: Final = "fail"
UNKNOWN: Final = "unknown"

Judgement = tuple[FtVerdict, str]
"""A verdict, and what was found."""

LEGACY = frozenset({"legacy"})
SMP = frozenset({"smp", "smp8"})
EVERY = LEGACY | SMP

GUIDE = "vSphere Availability guide, FT requirements"
INTEROPERABILITY = "vSphere Availability guide, FT interoperability"
LEGACY_GUIDE = "vSphere 6.0 Availability guide, legacy FT"
SMP_GUIDE = "vSphere Availability guides 6.0 and 6.7, FT requirements, limits and licensing"
API = "vSphere API, VmFaultToleranceConfigIssue"
ARTICLE = "williamlam.com, tag vft"


@frozen
class Check:
    """One line of the table. ``vm`` is None where the host itself is meant."""

    vm: str | None
    requirement: str
    verdict: FtVerdict
    found: str
    wanted: str
    source: str


S = TypeVar("S")


@frozen
class Rule(Generic[S]):
    """One requirement; ``kinds`` are the kinds of FT that have it."""

    requirement: str
    wanted: str
    source: str
    judge: Callable[[S], Judgement]
    kinds: frozenset[str] = EVERY


def kind_of(version: Version | None, *, asks_for_legacy: bool = False) -> str:
    """The kind of FT that a VM gets: ``legacy`` before 6.0 (and where the version is unknown),
    and on 6.0 for a VM that asks for it; else ``smp``, and ``smp8`` from 6.7 on, whose SMP-FT takes
    8 vCPUs and 128 GB."""
    if version is None or version.key < (6, 0):
        return "legacy"
    if version.key < (6, 5) and asks_for_legacy:
        return "legacy"
    return "smp" if version.key < (6, 7) else "smp8"


def judged(
    rules: Sequence[Rule[S]], subject: S, kinds: Iterable[str], vm: str | None = None
) -> list[Check]:
    """Every rule that one of these kinds of FT has."""
    wanted = set(kinds)
    found: list[Check] = []
    for rule in rules:
        if wanted & rule.kinds:
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


def host_unknown(here: HostFacts, what: str) -> Judgement:
    """For what this host should tell, and did not in words that are understood."""
    return UNKNOWN, f"{here.host} did not tell {what} in words that ftlab understands"
