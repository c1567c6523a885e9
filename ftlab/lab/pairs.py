"""FT across hosts: status of all pairs, and secondaries powered on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ftlab.errors import FtlabError, Refused
from ftlab.fleet.outcomes import outcome_of_error
from ftlab.lab.crew import outcome
from ftlab.lab.front import Lab
from ftlab.lab.runner import Runner, failed_if_nowhere
from ftlab.model import Host, Outcome
from ftlab.ops.context import Context
from ftlab.ops.ftstate import FtStatus, read_halves
from ftlab.ops.pairs import Half, Pair, pair_up
from ftlab.ops.secondary import Rise
from ftlab.report.document import Report


def _halves(outcomes: Sequence[Outcome]) -> list[Half]:
    return [half for o in outcomes for half in o.facts.get("halves", ())]


def _with_pairs(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Each host's facts get the pairs it has a half of."""
    pairs = pair_up(_halves(outcomes))
    return tuple(_host_with_pairs(each, pairs) for each in failed_if_nowhere(outcomes))


def _host_with_pairs(each: Outcome, pairs: Sequence[Pair]) -> Outcome:
    facts = {key: value for key, value in each.facts.items() if key != "halves"}
    if "vms" in facts:
        facts["pairs"] = [pair.facts() for pair in pairs if each.host in pair.hosts]
    return replace(each, facts=facts)


def status(lab: Lab, vm: tuple[str, ...] = ()) -> Report:
    """``vft.status``: every VM's FT side, and the pairs found across the selected hosts."""
    return lab.run("vft.status", FtStatus(vm), conclude=_with_pairs)


@dataclass(frozen=True)
class PowerOnSecondary:
    """What ``vft.power-on-secondary`` was asked to do; see :class:`~ftlab.ops.secondary.Rise`."""

    vm: tuple[str, ...]
    remedies: bool = True
    start_primary: bool = False
    wait: float = 120.0
    attempts: int = 5


@dataclass
class _Ascent:
    """One run of it: the pairs by the hosts they share, and what became of each."""

    run: Runner
    wanted: PowerOnSecondary
    contexts: dict[str, Context] = field(default_factory=dict)
    errors: dict[str, list[FtlabError]] = field(default_factory=dict)
    facts: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def climb(self, found: Sequence[Outcome]) -> tuple[tuple[Outcome, ...], str | None]:
        pairs = pair_up(_halves(found))
        self._complain(found, pairs)
        whole = [p for p in pairs if p.primary is not None and p.secondary is not None]
        groups = {f"pairs {i}": group for i, group in enumerate(_by_shared_hosts(whole))}
        leaders = [Host(name) for name in groups]

        def work(leader: Host) -> Outcome:
            for pair in groups[leader.name]:
                self._rise(pair)
            return Outcome(leader.name, "ok")

        result = self.run.over(leaders, work) if leaders else None
        return (
            tuple(self._conclude(each) for each in failed_if_nowhere(found)),
            result.stopped if result else None,
        )

    def _complain(self, found: Sequence[Outcome], pairs: Sequence[Pair]) -> None:
        """VMs that cannot be powered on as a secondary: no FT, or half a pair."""
        for half in () if pairs else _halves(found):
            if half.role is None:
                self._fail(half.host, Refused(
                    f"{half.vm.name} on {half.host} is not part of an FT pair "
                    f"(its state is {half.runtime.ft_state})",
                    kind="vft.not_configured",
                    hint="turn Fault Tolerance on for it in vCenter: vim-cmd has no command for it",
                ))  # fmt: skip
        for pair in pairs:
            if pair.primary is None or pair.secondary is None:
                missing = "primary" if pair.primary is None else "secondary"
                self._fail(pair.hosts[0], Refused(
                    f"the {missing} of {pair.name} is on none of the hosts of this run",
                    kind="vft.half_pair",
                    hint="widen --limit so that both hosts of the pair are among them",
                ))  # fmt: skip

    def _fail(self, host: str, error: FtlabError) -> None:
        self.errors.setdefault(host, []).append(error)

    def _context(self, half: Half) -> Context:
        host = next(h for h in self.run.hosts if h.name == half.host)
        context = self.contexts.get(half.host)
        if context is None:
            context = self.contexts[half.host] = self.run.crew.context(host)
        return context

    def _rise(self, pair: Pair) -> None:
        assert pair.primary is not None  # noqa: S101 - only whole pairs come here
        assert pair.secondary is not None  # noqa: S101
        rise: Rise | None = None
        try:
            rise = self._prepared(pair.primary, pair.secondary)
            rise.run()
        except FtlabError as error:
            self._fail(pair.secondary.host, error)
        self._tell(pair, rise)

    def _tell(self, pair: Pair, rise: Rise | None) -> None:
        """Both hosts get the pair; the secondary's host also gets the attempts."""
        attempts = rise.facts() if rise else []
        facts = (self._looked_at_again(pair) if attempts else pair).facts()
        for host in dict.fromkeys(pair.hosts):
            self.facts.setdefault(host, {}).setdefault("pairs", []).append(facts)
        told = self.facts[pair.hosts[-1]]
        told["attempts"] = told.get("attempts", []) + attempts

    def _looked_at_again(self, pair: Pair) -> Pair:
        """The pair as it is after the attempts; as it was, where it cannot be read."""
        try:
            halves = [
                half and read_halves(self._context(half), [half.vm])[0]
                for half in (pair.primary, pair.secondary)
            ]
        except FtlabError:
            return pair
        return Pair(pair.name, *halves)

    def _prepared(self, primary: Half, secondary: Half) -> Rise:
        wanted = self.wanted
        rise = Rise(
            (self._context(primary), primary),
            (self._context(secondary), secondary),
            remedies=wanted.remedies,
            start_primary=wanted.start_primary,
            wait=wanted.wait,
        )
        rise.policy = replace(rise.policy, attempts=wanted.attempts)
        return rise

    def _conclude(self, found: Outcome) -> Outcome:
        """One host's part: what was found, then what was done, then what went wrong."""
        host = Host(found.host)
        errors = self.errors.get(found.host, [])
        context = self.contexts.get(found.host)
        if context is None:
            facts = {k: v for k, v in found.facts.items() if k != "halves"}
            if errors:
                return replace(outcome_of_error(host, errors[0], found.seconds), facts=facts)
            return replace(found, facts=facts)
        facts = self.facts.get(found.host, {})
        return outcome(host, context, facts, _together(errors), found.seconds)


def _together(errors: Sequence[FtlabError]) -> FtlabError | None:
    """One error for several pairs of a host: the first one's kind, everyone's words."""
    if len(errors) <= 1:
        return errors[0] if errors else None
    first = errors[0]
    return type(first)(
        "; ".join(e.message for e in errors), kind=first.kind, hint=first.hint, **first.evidence
    )


def _by_shared_hosts(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs that share a host go one after the other: the remedy is set on hosts, and two
    ladders on one host would take each other's steps."""
    groups: list[tuple[set[str], list[Pair]]] = []
    for pair in pairs:
        hosts, members = set(pair.hosts), [pair]
        for group in [g for g in groups if g[0] & hosts]:
            groups.remove(group)
            hosts |= group[0]
            members = group[1] + members
        groups.append((hosts, members))
    return [members for _, members in groups]


def power_on_secondaries(lab: Lab, wanted: PowerOnSecondary) -> Report:
    """``vft.power-on-secondary`` for the pairs of the wanted VMs, in parallel where they share
    no host. Safe to repeat: a secondary that runs is left alone."""

    def once(*, check: bool) -> Report:
        args = {"vm": list(wanted.vm)}
        with lab.runner("vft.power-on-secondary", args, changes=True, check=check) as run:
            found = run.fan_out(FtStatus(wanted.vm), keep=True)
            if found.stopped:
                return run.report(_with_pairs(found.outcomes), found.stopped)
            outcomes, stopped = _Ascent(run, wanted).climb(found.outcomes)
            return run.report(outcomes, stopped)

    return lab.approved(once, changes=True)
