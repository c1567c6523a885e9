"""One FT pair on its way up: have the secondary started, look, read the logs, name the cause, set
the known remedy, and again. Success is ``faultToleranceState = running``, never *powered on* alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ftlab.engine.context import Context
from ftlab.errors import (
    CommandFailed,
    FtlabError,
    Lost,
    Unreachable,
)
from ftlab.journal.option_changes import NOTHING, Look
from ftlab.ops.vft.secondary import request
from ftlab.ops.vft.secondary.attempt import Attempt
from ftlab.ops.vft.secondary.attempt_log import AttemptLog, Ending, press, stays_on
from ftlab.ops.vft.secondary.power import (
    SecondaryPower,
    refuse_lost_primary,
    restart,
    see_to_primary,
)
from ftlab.ops.vft.secondary.remedies import Remedies
from ftlab.ops.vft.secondary.request import TASK, PowerOnSecondary
from ftlab.ops.vft.secondary.vcenter import VCenterWatch
from ftlab.ops.vft.secondary.verdict import (
    Failed,
    GiveUp,
    Retry,
    RetryAfterRemedy,
    Seen,
    Side,
    Starter,
    Verdict,
    WaitForVCenter,
    is_up,
    verdict,
    verdict_of_error,
)
from ftlab.retry import Time, WaitBudget


@dataclass
class PairRun:
    """Both halves with their hosts, what is wanted, and the attempts so far. ``reconnect`` gives a
    context a new session where its host went away; ``earlier`` tells what earlier runs have set.
    Not safe to run twice at the same time for one pair, nor for two pairs that share a host.
    """

    primary: Side
    secondary: Side
    wanted: PowerOnSecondary
    reconnect: Callable[[Context], None] | None = None
    earlier: Look = lambda: NOTHING
    dice: Callable[[], float] = random.random
    log: AttemptLog = field(init=False)
    remedies: Remedies = field(init=False)
    power: SecondaryPower = field(init=False)
    budget: WaitBudget = field(init=False)
    vcenter: VCenterWatch = field(init=False)
    _starter: Starter = field(init=False)
    _pair_state: str | None = field(init=False)
    _answered: set[str] = field(default_factory=set)
    _cause: str = ""
    _cut: bool = False

    def __post_init__(self) -> None:
        context, half = self.secondary
        self.log = AttemptLog(half.vm.name, context)
        self.remedies = Remedies([self.primary[0], context], self.wanted.steps)
        stuck = half.runtime.power == "on" and not is_up(half.runtime)
        self.power = SecondaryPower(self.secondary, self.primary, stuck=stuck)
        self.budget = WaitBudget(self.wanted.wait, context.sleep, context.clock)
        self.vcenter = VCenterWatch(lambda: self._made_by("vcenter"), self.remedies, self.earlier)
        self._starter = "host" if self.wanted.trigger == "auto" else self.wanted.trigger
        self._pair_state = self.primary[1].runtime.ft_state

    @property
    def name(self) -> str:
        return self.secondary[1].vm.name

    def run(self) -> None:
        """Bring the secondary to *running*. Raises what stopped it; does nothing where it is."""
        if is_up(self.secondary[1].runtime):
            return
        self._begin()
        if self.secondary[0].check:
            request.note_plan(self._next_starter, self.secondary, self.primary, self.wanted)
            return
        try:
            last = self._retrying()(self._attempt)
        except BaseException:
            self._put_back()
            raise
        finally:
            if self.power.stuck:
                self.secondary[0].notes.append(stays_on(self.secondary, ours=self.power.ours))
        if isinstance(last, Failed):
            raise self._ending(last)
        self.power.note_running()

    def rehearse(self, primary: Side, secondary: Side) -> None:
        """The plan once more, on contexts that only note it; without remedies."""
        wanted = replace(self.wanted, remedies=False)
        replace(self, primary=primary, secondary=secondary, wanted=wanted).run()

    def _begin(self) -> None:
        if self._pair_state == "disabled":
            self.primary[0].notes.append(
                f"FT is disabled for {self.name}, as vCenter leaves it after it could not start "
                f"the secondary: {press(self.name)}"
            )
        if self.wanted.remedies and not self.secondary[0].check:
            self._take_over()
        if self.wanted.trigger != "primary":
            see_to_primary(self.primary, start=self.wanted.start_primary)

    def _take_over(self) -> None:
        """What a run that was cut short has set is no value of the host's own."""
        if run := self.remedies.take_over(self.earlier(), TASK):
            self.secondary[0].notes.append(
                f"{self.name}: run {run} was cut short in the middle of a remedy; where none "
                "helps, the values from before that run come back"
            )

    def _retrying(self) -> Callable[[Callable[[], Verdict]], Verdict]:
        """The policy, on the clock of our budget."""
        return self.wanted.policy.retrying(
            again=lambda found: isinstance(found, Retry | RetryAfterRemedy | WaitForVCenter),
            anew=lambda found: isinstance(found, RetryAfterRemedy),
            on_retry=self._say_that_it_goes_on,
            by=Time(lambda: self.budget.spent, self._rest, self.dice),
        )

    def _rest(self, seconds: float) -> None:
        """Between two attempts."""
        what = f"waits for attempt {self.log.begun + 1} of {self.name}"
        with self.secondary[0].waiting(what, seconds):
            self.budget.rest(seconds)

    # -- one attempt -------------------------------------------------------------------------------

    def _attempt(self) -> Verdict:
        """One attempt, and what follows from it."""
        self.log.begin()
        try:
            self._get_in_touch()
            if (still_on := self._clear_away()) is not None:
                return still_on
            seen = self._start_and_watch()
            found = verdict(seen)
            if isinstance(found, WaitForVCenter) and seen.starter != "vcenter":
                if self.wanted.trigger == "host":
                    found = GiveUp(found.error, found.result)
                else:
                    self._leave_to_vcenter(found)
                    seen = self._look_at_vcenter()
                    found = verdict(seen)
            self._pair_state = seen.pair_state
            self.log.note(seen, found)
            if isinstance(found, Failed) and found.finding is not None:
                self._cause = found.error.message
            return self._with_remedy(found) if isinstance(found, RetryAfterRemedy) else found
        except FtlabError as error:
            return self._broken_off(error)

    def _get_in_touch(self) -> None:
        """After a loss: new sessions, and a look whether the primary is still there."""
        if self._cut:
            self._redial()
            if self._starter != "primary":
                refuse_lost_primary(self.primary)

    def _clear_away(self) -> Retry | None:
        """Before another attempt, and only then: what the last one of ours left on goes off."""
        try:
            self.budget.look(self.power.off)
        except CommandFailed as error:
            result = "the secondary could not be powered off for another attempt"
            self.log.broken_off(result)
            return Retry(error, result)
        return None

    def _start_and_watch(self) -> Seen:
        """Have the secondary started by whoever is to do it."""
        starter = self._next_starter
        if starter == "vcenter":
            return self._look_at_vcenter()
        attempt = self._made_by(starter)
        if starter == "host":
            return self.power.on(attempt)
        before = attempt.begin()
        restart(self.primary, self.wanted.guest_wait)
        return self.power.seen(attempt.watch(before))

    @property
    def _next_starter(self) -> Starter:
        """A secondary that somebody else has powered on is only looked at, and no host starts one
        that vCenter has disabled."""
        if self._starter == "host" and self.power.is_foreign:
            return "vcenter"
        if self._starter == "primary" and self._pair_state == "disabled":
            return "vcenter"
        return self._starter

    def _made_by(self, starter: Starter) -> Attempt:
        sides = self.primary, self.secondary
        return Attempt(*sides, self.budget, self.wanted.signatures, self._answered, starter)

    def _look_at_vcenter(self) -> Seen:
        """What vCenter has come to; its newest failure counts unless this run has seen one."""
        first = not any(one.cause for one in self.log.made)
        return self.power.seen(self.vcenter.look(first=first))

    def _leave_to_vcenter(self, found: WaitForVCenter) -> None:
        """From here on the starts are vCenter's."""
        self._starter = "vcenter"
        self.secondary[0].notes.append(f"{self.name}: {found.error.message}")

    def _with_remedy(self, found: RetryAfterRemedy) -> Verdict:
        """Set the next remedy, if somebody is left to try it: in vCenter that may be later."""
        if not self.wanted.remedies:
            return GiveUp(found.error, found.result, found.finding)
        is_last = self._next_starter != "vcenter" and self._is_last()
        followed = self.remedies.follow(found, is_last=is_last)
        if followed is found:
            self.log.remedied(str(self.remedies.tried[-1]))
            self.vcenter.begin_anew()
        return followed

    def _is_last(self) -> bool:
        """Whether there are no attempts left, or no time to wait for another."""
        policy = self.wanted.policy
        over = self.budget.spent + policy.wait(1, 1.0) >= self.budget.limit
        return over or self.log.begun >= policy.attempts

    def _broken_off(self, error: FtlabError) -> Verdict:
        """What follows from an attempt that could not be seen through."""
        if isinstance(error, Lost | Unreachable):
            self._cut = True
        found = verdict_of_error(self.name, error, can_reconnect=self.reconnect is not None)
        self.log.broken_off(found.result, self._starter)
        return found

    def _redial(self) -> None:
        if self._cut and self.reconnect is not None:
            for context, _ in (self.primary, self.secondary):
                self.reconnect(context)
            self._cut = False

    # -- in between, and at the end ----------------------------------------------------------------

    def _say_that_it_goes_on(self, number: int, wait: float, found: Verdict) -> None:
        say = self.secondary[0].say
        if isinstance(found, Failed):
            say(f"{self.name}, attempt {number}: {found.error}; next in {wait:.0f} s")
            if self._waits_for_vcenter(found):
                say(f"{self.name}: {press(self.name)}; looking on meanwhile")

    def _waits_for_vcenter(self, last: Failed) -> bool:
        """Whether the next start is vCenter's, whatever the last one came to."""
        if isinstance(last, GiveUp) or last.blind:
            return False
        return self._next_starter == "vcenter" or isinstance(last, WaitForVCenter)

    def _ending(self, last: Failed) -> FtlabError:
        """What is raised after the last attempt. Remedies that did not help are put back; one that
        vCenter is yet to try stays."""
        waits = self._waits_for_vcenter(last)
        left = "which stays for its next start" if waits else self._put_back()
        return Ending(
            self.name, len(self.log.made), self.wanted.attempts, self.wanted.wait,
            self.remedies.tried, left, waits, watched=self._next_starter == "vcenter",
            stuck=self.power.stuck, over=self.budget.over, cause=self._cause,
        ).error(last)  # fmt: skip

    def _put_back(self) -> str:
        """Put the options back; says whether that went well."""
        try:
            if self.remedies.touched:
                self._redial()
                self.remedies.back()
        except FtlabError as error:
            words = f"not put back: {error}; ftlab lab.undo does it later"
            self.secondary[0].notes.append(f"{self.name}: a remedy was {words}")
            return words
        return "put back"
