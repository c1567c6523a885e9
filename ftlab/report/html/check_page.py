"""``vft.check --html``: the requirements of FT, those that fail first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from ftlab.engine.report import Report
from ftlab.frozen import frozen
from ftlab.model import Outcome
from ftlab.report.html.environment import rendered
from ftlab.report.html.host_folds import HostFold, SpellHosts, host_folds
from ftlab.report.html.lanes import lanes
from ftlab.report.html.page_head import head_of

_WORST_FIRST = ("fail", "unknown", "pass")


@frozen(slots=True)
class Judged:
    """One requirement, judged. ``vm`` is empty where the host itself is meant."""

    vm: str
    requirement: str
    verdict: str
    found: str
    wanted: str
    source: str


@frozen(slots=True)
class SharedVerdict:
    """The same verdict on several. ``subjects`` are pairs of a VM (or "") and its hosts."""

    judged: Judged
    subjects: tuple[tuple[str, str], ...]


@frozen(slots=True)
class JudgedHosts:
    """Hosts of which the same is true."""

    fold: HostFold
    checks: tuple[Judged, ...]

    @property
    def told(self) -> str:
        """``2 of 31 fail, 9 unknown``."""
        if not self.checks:
            return ""
        counts = {each: self._count(each) for each in _WORST_FIRST}
        first = f"{counts['fail']} of {len(self.checks)} fail" if counts["fail"] else (
            f"{counts['pass']} of {len(self.checks)} hold"
        )  # fmt: skip
        return f"{first}, {counts['unknown']} unknown" if counts["unknown"] else first

    def _count(self, verdict: str) -> int:
        return sum(each.verdict == verdict for each in self.checks)


def check_page(report: Report, vms: Sequence[str], spell: SpellHosts) -> str:
    """The whole document; ``vms`` as the user named them."""
    shared = _shared(report.outcomes, spell)
    of = {verdict: [s for s in shared if s.judged.verdict == verdict] for verdict in _WORST_FIRST}
    folds = host_folds(report.outcomes, spell, _same)
    return rendered(
        "check.html.jinja",
        head=head_of(report, f"FT requirements: {', '.join(vms)}"),
        failing=of["fail"],
        unknown=of["unknown"],
        holding=of["pass"],
        groups=[JudgedHosts(fold, _checks(fold.first)) for fold in folds],
        timeline=lanes(report.steps, report.seconds),
    )


def _same(outcome: Outcome) -> Hashable:
    return _checks(outcome)


def _checks(outcome: Outcome) -> tuple[Judged, ...]:
    """The worst first, each kind in the order in which they were judged."""
    found = [_judged(each) for each in outcome.facts.get("checks") or ()]
    return tuple(sorted(found, key=lambda each: _rank(each.verdict)))


def _rank(verdict: str) -> int:
    return _WORST_FIRST.index(verdict) if verdict in _WORST_FIRST else 0


def _judged(check: Mapping[str, Any]) -> Judged:
    named = ("requirement", "verdict", "found", "wanted", "source")
    return Judged(check.get("vm") or "", *(str(check[name]) for name in named))


def _shared(outcomes: Iterable[Outcome], spell: SpellHosts) -> list[SharedVerdict]:
    """Each verdict once, with all that it is about; that of the most first."""
    found: dict[Judged, dict[str, list[str]]] = {}
    for outcome in outcomes:
        for each in _checks(outcome):
            anyone = Judged(
                "", each.requirement, each.verdict, each.found, each.wanted, each.source
            )
            found.setdefault(anyone, {}).setdefault(each.vm, []).append(outcome.host)
    told = [
        SharedVerdict(each, tuple((vm, spell(hosts)) for vm, hosts in of.items()))
        for each, of in found.items()
    ]
    return sorted(told, key=lambda each: _rank(each.judged.verdict))
