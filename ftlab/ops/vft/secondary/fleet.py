"""``vft.power-on-secondary``: the secondaries of several pairs, on all their hosts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ftlab.engine.concurrency import joined
from ftlab.engine.context import Context
from ftlab.engine.lab import Lab
from ftlab.engine.report import Report
from ftlab.engine.runner import Runner
from ftlab.engine.sessions import outcome
from ftlab.engine.unmatched import failed_if_unmatched
from ftlab.errors import FtlabError, HostFailed, NotApplicable, StateError, Unreachable
from ftlab.esxi.logs.signatures import SIGNATURES, Signature
from ftlab.fleet.outcomes import outcome_of_error
from ftlab.model import Change, Host, Outcome
from ftlab.ops.vft.pairs import Half, Pair, pair_up
from ftlab.ops.vft.secondary.approved_plan import refuse_other_plan
from ftlab.ops.vft.secondary.bring_up import WAIT, BringUp
from ftlab.ops.vft.secondary.pair_problems import refusals
from ftlab.ops.vft.secondary.remedies import steps
from ftlab.ops.vft.status import FtStatus, halves_of, only_seen, read_halves, without_halves


class Exclusive:
    """A lock for each host. They are taken in one order by everybody, so nobody waits in a
    circle."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._locks = {host: threading.Lock() for host in sorted(set(hosts))}

    @contextmanager
    def on(self, *hosts: str) -> Iterator[None]:
        """Wait until these hosts are free, and hold them."""
        with ExitStack() as held:
            for host in sorted(set(hosts)):
                held.enter_context(self._locks[host])
            yield


TASK = "vft.power-on-secondary"
_CUT = {"deadline": "the deadline passed", "interrupted": "the run was interrupted"}


@dataclass(frozen=True)
class PowerOnSecondary:
    """What was asked for; see :class:`~ftlab.ops.vft.secondary.bring_up.BringUp`. ``wait`` in
    seconds; ``net_timeout``, in seconds too, adds the remedy that is off by default."""

    vm: tuple[str, ...]
    remedies: bool = True
    start_primary: bool = False
    wait: float = WAIT
    attempts: int = 5
    net_timeout: int | None = None
    signatures: tuple[Signature, ...] = SIGNATURES


@dataclass
class _PowerOnRun:
    """One run of it: what became of each pair, by the hosts it is on."""

    run: Runner
    wanted: PowerOnSecondary
    contexts: dict[str, Context] = field(default_factory=dict)
    errors: dict[str, list[FtlabError]] = field(default_factory=dict)
    told: dict[str, tuple[dict[str, Any], list[Any]]] = field(default_factory=dict)
    begun: dict[str, BringUp] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    over: bool = False

    def go(self, found: Sequence[Outcome]) -> tuple[tuple[Outcome, ...], str | None]:
        """Bring all pairs up, in parallel where they share no host: a remedy is set on hosts,
        and two ladders on one host would take each other's steps."""
        pairs = pair_up(halves_of(found))
        for host, complaint in refusals(self.wanted.vm, found, pairs):
            self._fail(host, complaint)
        whole = {f"pair {i}": p for i, p in enumerate(pairs) if p.primary and p.secondary}
        exclusive = Exclusive(host for pair in whole.values() for host in pair.hosts)

        def work(leader: Host) -> Outcome:
            with exclusive.on(*whole[leader.name].hosts):
                return self._bring_up(leader, whole[leader.name])

        leaders = [Host(n, physical_host=self._physical_host(p)) for n, p in whole.items()]
        result = self.run.over(leaders, work) if leaders else None
        self.over = True
        for each in result.outcomes if result else ():
            for host in whole[each.host].hosts:
                self.seconds[host] = self.seconds.get(host, 0.0) + each.seconds
            self._missed(whole[each.host], each)
        own = _by_host(whole)
        outcomes = tuple(self._conclude(o, own.get(o.host, {})) for o in failed_if_unmatched(found))
        return outcomes, result.stopped if result else None

    def _physical_host(self, pair: Pair) -> str | None:
        return self._hosts[pair.hosts[-1]].physical_host

    @cached_property
    def _hosts(self) -> Mapping[str, Host]:
        return {host.name: host for host in self.run.hosts}

    def _fail(self, host: str, error: FtlabError) -> None:
        self.errors.setdefault(host, []).append(error)

    def _missed(self, pair: Pair, ended: Outcome) -> None:
        """A pair that the fleet never came to, or had to leave, or that met a fault of ours."""
        if ended.error is None or ended.error.kind == "told":
            return
        kind = NotApplicable if ended.status == "skipped" else HostFailed
        words, hint = ended.error.message, ended.error.hint
        work = self.begun.get(ended.host)
        cut = _CUT.get(ended.error.kind)
        if work is not None and cut:
            work.tries.broken_off(f"cut short: {cut}")
            begun = work.tries.begun
            words = f"{cut} {f'in attempt {begun}' if begun else 'before the first attempt'}"
            hint = f"vft.status shows the pair; ftlab lab.undo {self.run.run} puts everything back"
        elif cut and ended.status != "skipped":
            words = f"{cut} while other pairs on its hosts had their turn; nothing was done for it"
            hint = "run it again, with a longer --deadline where one was given"
        self.told[ended.host] = pair.facts(), work.tries.facts() if work else []
        self._fail(pair.hosts[-1], kind(f"{pair.name}: {words}", kind=ended.error.kind, hint=hint))

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

    def _context(self, half: Half) -> Context:
        context = self.contexts.get(half.host)
        if context is None:
            context = self.run.sessions.context(self._hosts[half.host])
            say = context.say
            context.say = lambda line: None if self.over else say(line)
            self.contexts[half.host] = context
        return context

    def _reconnect(self, context: Context) -> None:
        """A new session for a host that went away, unless the run has ended meanwhile."""
        if self.over:
            raise Unreachable(f"{context.host}: the run has ended", kind="lost")
        host = self._hosts[context.host]
        self.run.sessions.dismiss(host.name)
        context.session = self.run.sessions.context(host).session

    def _bring_up(self, leader: Host, pair: Pair) -> Outcome:
        assert pair.primary is not None  # noqa: S101 - only whole pairs come here
        assert pair.secondary is not None  # noqa: S101
        began = time.monotonic()
        work: BringUp | None = None
        error: FtlabError | None = None
        try:
            work = self._prepared(pair.primary, pair.secondary)
            self.begun[leader.name] = work
            refuse_other_plan(work)
            work.run()
        except FtlabError as failed:
            error = failed
            self._fail(pair.secondary.host, failed)
        attempts = work.tries.facts() if work else []
        now = self._looked_at_again(pair) if attempts else pair
        self.told[leader.name] = now.facts(), attempts
        seconds = time.monotonic() - began
        if error is None:
            return Outcome(leader.name, "ok", seconds)
        return outcome_of_error(leader, HostFailed("told with the pair", kind="told"), seconds)

    def _looked_at_again(self, pair: Pair) -> Pair:
        """The pair as it is after the attempts; as it was, where it cannot be read, and a note
        says so."""
        try:
            one, two = (read_halves(self._context(half), [half.vm])[0] for half in pair.halves)
        except FtlabError as error:
            self._context(pair.halves[-1]).notes.append(
                f"{pair.name}: its state is the one before the attempts, since it could not be "
                f"read after them: {error}"
            )
            return pair
        return Pair(pair.name, one, two)

    def _prepared(self, primary: Half, secondary: Half) -> BringUp:
        wanted = self.wanted
        work = BringUp(
            (self._context(primary), primary),
            (self._context(secondary), secondary),
            remedies=wanted.remedies,
            start_primary=wanted.start_primary,
            wait=wanted.wait,
            steps=steps(wanted.net_timeout),
            signatures=wanted.signatures,
            reconnect=self._reconnect,
        )
        work.policy = replace(work.policy, attempts=wanted.attempts)
        return work

    def _conclude(self, found: Outcome, mine: Mapping[str, Pair]) -> Outcome:
        """One host's part: what was found, what was done to its pairs, and what went wrong."""
        host = Host(found.host)
        errors = self.errors.get(found.host, [])
        if found.status == "failed" and found.error is not None:
            failed = found.error
            errors = [*errors, HostFailed(failed.message, kind=failed.kind, hint=failed.hint)]
        error = joined(errors) if errors else None
        context = self.contexts.get(found.host)
        if context is None:
            if error is not None:
                found = replace(outcome_of_error(host, error, found.seconds), facts=found.facts)
            return replace(found, facts=without_halves(found))
        facts: dict[str, list[Any]] = {"pairs": [], "attempts": []}
        for name, pair in mine.items():
            if name in self.told:
                told, attempts = self.told[name]
                facts["pairs"].append(told)
                facts["attempts"] += attempts if found.host == pair.hosts[-1] else []
        begun = self._under_way.get(found.host, ())
        context.changes += [change for change in begun if change not in context.changes]
        seconds = found.seconds + self.seconds.get(found.host, 0.0)
        return outcome(host, context, facts, error, seconds)


def _by_host(whole: Mapping[str, Pair]) -> dict[str, dict[str, Pair]]:
    found: dict[str, dict[str, Pair]] = {}
    for name, pair in whole.items():
        for host in pair.hosts:
            found.setdefault(host, {})[name] = pair
    return found


def power_on_secondaries(lab: Lab, wanted: PowerOnSecondary) -> Report:
    """Bring the secondaries of the wanted VMs to *running*. Safe to repeat: one that runs is
    left alone."""

    def once(*, check: bool) -> Report:
        began = time.monotonic()
        with lab.runner(TASK, {"vm": list(wanted.vm)}, changes=True, check=check) as run:
            found = run.fan_out(FtStatus(wanted.vm), keep=True)
            if found.stopped:
                return run.report(only_seen(found), found.stopped)
            _go_on(run, time.monotonic() - began)
            outcomes, stopped = _PowerOnRun(run, wanted).go(found.outcomes)
            return run.report(outcomes, stopped)

    return lab.approved(once, changes=True)


def _go_on(run: Runner, seconds: float) -> None:
    """For the second half of a run: what is left of its deadline, and no batches of hosts."""
    limits = run.options.limits
    left = None if limits.deadline is None else max(0.001, limits.deadline - seconds)
    limits = replace(limits, deadline=left, batch=(), canary=False)
    run.options = replace(run.options, limits=limits)
