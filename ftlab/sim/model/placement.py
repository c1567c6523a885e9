"""Dealing out releases and pairs to the hosts of a lab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ftlab.sim.ft.signatures import SIGNATURES
from ftlab.sim.ft.spec import PairSpec
from ftlab.sim.model.versions import release_named

Placed = tuple[PairSpec, str, str]


@dataclass(frozen=True, slots=True)
class HostPlan:
    """Host names to releases, and each pair with its primary's and secondary's host."""

    releases: dict[str, str]
    pairs: tuple[Placed, ...]


def plan_pairs(
    pairs: int | Sequence[PairSpec], cure: int | None, failure: str | None
) -> tuple[PairSpec, ...]:
    """Pairs given by number are called ``db01``, ``db02``, … Raises ``ValueError``."""
    if failure is not None and failure not in SIGNATURES:
        raise ValueError(f"no failure {failure!r}; there are {', '.join(sorted(SIGNATURES))}")
    if isinstance(pairs, int):
        if pairs < 0:
            raise ValueError(f"the number of FT pairs is 0 or more, not {pairs}")
        return tuple(PairSpec(f"db{n:02}", cure=cure, failure=failure) for n in range(1, pairs + 1))
    return tuple(pairs)


def plan_hosts(
    hosts: int | Sequence[str], versions: Sequence[str], specs: Sequence[PairSpec]
) -> HostPlan:
    """One release a host, in the order given, when there are as many; else spread over them.
    Spread, the first two hosts share one release with record/replay FT, for the pairs to live
    on. Raises ``ValueError`` for a pair and fewer than two hosts."""
    names = [f"vesxi{n:02}" for n in range(1, hosts + 1)] if isinstance(hosts, int) else list(hosts)
    count = len(names)
    if specs and count < 2:
        raise ValueError("an FT pair needs two hosts")
    wanted = [release_named(version).name for version in versions]
    given = len(wanted) == count
    dealt = wanted if given else _spread(count, wanted, paired=bool(specs))
    releases = dict(zip(names, dealt, strict=True))
    couples = _couples(releases)
    return HostPlan(releases, tuple(_placed(spec, n, couples) for n, spec in enumerate(specs)))


def _spread(count: int, wanted: list[str], *, paired: bool) -> list[str]:
    """From end to end of ``wanted``; with pairs, the first two hosts are of one release."""
    if not paired:
        return _even(count, wanted)
    legacy = [name for name in wanted if release_named(name).legacy_ft] or wanted
    first = "5.0" if "5.0" in legacy else legacy[0]
    rest = [name for name in wanted if name != first] or wanted
    return [first, first, *_even(count - 2, rest)]


def _even(count: int, wanted: list[str]) -> list[str]:
    """``count`` names spread evenly from the first to the last, or in turns when there are
    more hosts than names."""
    if count >= len(wanted):
        return [wanted[n % len(wanted)] for n in range(count)]
    step = (len(wanted) - 1) / max(1, count - 1)
    return [wanted[round(n * step)] for n in range(count)]


def _couples(releases: dict[str, str]) -> list[tuple[str, str]]:
    """Disjoint couples of neighbours on one release; failing that, the first two hosts."""
    names = list(releases)
    couples: list[tuple[str, str]] = []
    while len(names) > 1:
        one, two = names[:2]
        same = releases[one] == releases[two]
        couples += [(one, two)] if same else []
        names = names[2:] if same else names[1:]
    first = list(releases)[:2]
    return couples or ([(first[0], first[1])] if len(first) == 2 else [])


def _placed(spec: PairSpec, number: int, couples: list[tuple[str, str]]) -> Placed:
    one, two = couples[number % len(couples)]
    spec = replace(spec, primary=spec.primary or one, secondary=spec.secondary or two)
    return spec, spec.primary or one, spec.secondary or two
