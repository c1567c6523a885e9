"""``vft.power-on-secondary``: the secondaries of several pairs, on all their hosts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from ftlab.engine.concurrency import Exclusive, joined
from ftlab.engine.context import Context
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.runner import Runner
from ftlab.engine.sessions import outcome
from ftlab.engine.terms.approval import Round
from ftlab.engine.unmatched import failed_if_unmatched
from ftlab.errors import FtlabError, HostFailed, StateError, Unreachable
from ftlab.facts.vms import PairFact, StartFact, StartFacts
from ftlab.fleet.limits import Limits
from ftlab.fleet.outcomes import outcome_of_error
from ftlab.frozen import frozen
from ftlab.journal.option_changes import NOTHING, Earlier, earlier_changes
from ftlab.model import Change, Host, Outcome, internal_of
from ftlab.ops.vft.pairs import Half, Pair, WholePair, pair_up
from ftlab.ops.vft.secondary.pair_run import PairRun
from ftlab.ops.vft.secondary.request import (
    TASK,
    PowerOnSecondary,
    left_out,
    pair_problems,
    refuse_other_plan,
)
from ftlab.ops.vft.status import FtStatus, halves_of, only_seen, read_halves


def power_on_secondaries(lab: OpenLab, wanted: PowerOnSecondary) -> Report:
    """Bring the secondaries of the wanted VMs to *running*. Safe to repeat: one that runs is
    left alone."""

    def once(round: Round) -> Report:
        began = time.monotonic()
        with lab.runner(TASK, {"vm": list(wanted.vm)}, changes=True, round=round) as run:
            found = run.fan_out(FtStatus(wanted.vm), keep=True)
            if found.stopped:
                return run.report(only_seen(found), found.stopped)
            limits = _limits_left(run.options.limits, time.monotonic() - began)
            outcomes, stopped = _PowerOnRun(run, wanted, limits).go(found.outcomes)
            return run.report(outcomes, stopped)

    return lab.approved(once, changes=True)


def _limits_left(limits: Limits, seconds: float) -> Limits:
    """For the second half of a run: what is left of its deadline, and no batches of hosts."""
    left = None if limits.deadline is None else max(0.001, limits.deadline - seconds)
    return replace(limits, deadline=left, batch=())


@frozen
class PairResult:
    """What has become of one pair: what the report says of it, its attempts, what stopped it, and
    how long it was worked on."""

    whole: WholePair
    pair: PairFact
    attempts: Sequence[StartFact] = ()
    error: FtlabError | None = None
    seconds: float = 0.0


@dataclass
class _PowerOnRun:
    """One run of it. ``helped``: by host, the options that have brought a pair up. ``over``:
    nobody waits any more for a pair that is still at work."""

    run: Runner
    wanted: PowerOnSecondary
    limits: Limits
    contexts: dict[str, Context] = field(default_factory=dict)
    begun: dict[str, PairRun] = field(default_factory=dict)
    helped: dict[str, set[str]] = field(default_factory=dict)
    over: bool = False

    def go(self, found: Sequence[Outcome]) -> tuple[tuple[Outcome, ...], str | None]:
        """Bring all pairs up, in parallel where they share no host: a remedy is set on hosts,
        and the steps of two pairs on one host would get in each other's way."""
        pairs = pair_up(halves_of(found))
        errors: dict[str, list[FtlabError]] = {}
        for host, problem in pair_problems(self.wanted.vm, found, pairs):
            errors.setdefault(host, []).append(problem)
        whole = self._whole(pairs)
        exclusive = Exclusive(host for each in whole for host in each.hosts)

        def work(each: WholePair) -> Outcome:
            with exclusive.on(*each.hosts):
                ended = self._bring_up(each)
            for host in each.hosts:
                self.run.timeline.ended(host)
            return ended

        self.run.begin_anew(len(whole))
        result = self.run.over(whole, work, self.run.count, self.limits) if whole else None
        self.over = True
        came = result.outcomes if result else ()
        results = [self._result(each, ended) for each, ended in zip(whole, came, strict=True)]
        for one in results:
            if one.error is not None:
                errors.setdefault(one.whole.secondary.host, []).append(one.error)
        outcomes = [
            self._conclude(each, [one for one in results if each.host in one.whole.hosts],
                           errors.get(each.host, []))
            for each in failed_if_unmatched(found)
        ]  # fmt: skip
        return tuple(outcomes), result.stopped if result else None

    def _whole(self, pairs: Sequence[Pair]) -> list[WholePair]:
        return [
            WholePair(
                f"pair {number}", pair.primary, pair.secondary,
                self._hosts[pair.secondary.host].physical_host,
            )
            for number, pair in enumerate(pairs)
            if pair.primary and pair.secondary
        ]  # fmt: skip

    @cached_property
    def _hosts(self) -> Mapping[str, Host]:
        return {host.name: host for host in self.run.hosts}

    # -- one pair ----------------------------------------------------------------------------------

    def _bring_up(self, whole: WholePair) -> Outcome:
        """A pair's work, and what has become of it in the facts."""
        began = time.monotonic()
        work: PairRun | None = None
        error: FtlabError | None = None
        try:
            work = self.begun[whole.name] = self._prepared(whole)
            refuse_other_plan(work.primary, work.secondary, work.rehearse)
            work.run()
            for host in whole.hosts:
                self.helped.setdefault(host, set()).update(work.remedies.touched)
        except FtlabError as failed:
            error = failed
        attempts = work.log.facts() if work else []
        now = self._looked_at_again(whole) if attempts else whole.pair
        seconds = time.monotonic() - began
        result = PairResult(whole, now.facts(), attempts, error, seconds)
        if error is None:
            return Outcome(whole.name, "ok", seconds, internal=(result,))
        return replace(outcome_of_error(whole, error, seconds), internal=(result,))

    def _prepared(self, whole: WholePair) -> PairRun:
        helped = frozenset[str]().union(*(self.helped.get(host, ()) for host in whole.hosts))
        return PairRun(
            (self._context(whole.primary), whole.primary),
            (self._context(whole.secondary), whole.secondary),
            replace(self.wanted, kept=helped),
            reconnect=self._reconnect,
            earlier=lambda: self._earlier(whole),
        )

    def _earlier(self, whole: WholePair) -> Earlier:
        journal = self.run.journal
        return NOTHING if journal is None else earlier_changes(journal, whole.hosts, "vft.vcenter")

    def _context(self, half: Half) -> Context:
        context = self.contexts.get(half.host)
        if context is None:
            host = self._hosts[half.host]
            context = self.run.sessions.context(host, over=lambda: self.over)
            self.run.sessions.recover(context)
            self.contexts[half.host] = context
        return context

    def _reconnect(self, context: Context) -> None:
        """A new session for a host that went away, unless the run has ended meanwhile."""
        if self.over:
            raise Unreachable(f"{context.host}: the run has ended", kind="lost")
        self.run.sessions.renew(context, self._hosts[context.host])

    def _looked_at_again(self, whole: WholePair) -> Pair:
        """The pair as it is after the attempts; as it was, where it cannot be read, and a note
        says so."""
        pair = whole.pair
        try:
            one, two = (read_halves(self._context(half), [half.vm])[0] for half in pair.halves)
        except FtlabError as error:
            self._context(whole.secondary).notes.append(
                f"{pair.name}: its state is the one before the attempts, since it could not be "
                f"read after them: {error}"
            )
            return pair
        return Pair(pair.name, one, two)

    def _result(self, whole: WholePair, ended: Outcome) -> PairResult:
        """What has become of a pair; of one that the fleet never came to, or had to leave, or
        that met a fault of ours, in words of its own."""
        if told := internal_of(ended, PairResult):
            return told[0]
        work = self.begun.get(whole.name)
        error = left_out(whole.pair.name, ended, self.run.run, work.log if work else None)
        attempts = work.log.facts() if work else []
        return PairResult(whole, whole.pair.facts(), attempts, error, ended.seconds)

    # -- one host ----------------------------------------------------------------------------------

    def _conclude(
        self,
        found: Outcome,
        mine: Sequence[PairResult],
        problems: Sequence[FtlabError],
    ) -> Outcome:
        """One host's part: what was found, what was done to its pairs, and what went wrong."""
        host, errors = Host(found.host), list(problems)
        if found.status == "failed" and found.error is not None:
            failed = found.error
            errors.append(HostFailed(failed.message, kind=failed.kind, hint=failed.hint))
        error = joined(errors) if errors else None
        context = self.contexts.get(found.host)
        if context is None:
            if error is not None:
                found = replace(outcome_of_error(host, error, found.seconds), facts=found.facts)
            return found
        facts: StartFacts = {
            "pairs": [one.pair for one in mine],
            "attempts": [
                attempt
                for one in mine
                if one.whole.secondary.host == found.host
                for attempt in one.attempts
            ],
        }
        begun = self._under_way.get(found.host, ())
        context.changes += [change for change in begun if change not in context.changes]
        seconds = found.seconds + sum(one.seconds for one in mine)
        return outcome(host, context, facts, error, seconds)

    @cached_property
    def _under_way(self) -> Mapping[str, Sequence[Change]]:
        """By host, the changes that were begun and not ended when the run was cut: nobody knows
        whether they were made."""
        found: dict[str, list[Change]] = {}
        journal = self.run.journal
        with suppress(StateError):
            for each in journal.changes(self.run.run) if journal else ():
                if each.state == "intended":
                    change = replace(each.change, verified=False)
                    found.setdefault(each.host, []).append(change)
        return found
