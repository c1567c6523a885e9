"""Remedies by advanced option, step by step, on both hosts of a pair.

Published is ``/Migrate/VMotionStreamDisable`` 0, yet 0 is the default on every build with known
figures, and 1 is what disables streams (advanced-option tables 6.0 U3 to 7.0 U1). So: the
published 0 where a host has something else, then 1, each only after the same failure was seen
again. What did not help goes back: before a step on another option, and at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import NotApplicable
from ftlab.esxi.logs.signatures import STARVATION
from ftlab.esxi.options.option import AdvancedOption, coerce
from ftlab.frozen import frozen
from ftlab.journal.option_changes import Earlier, OptionChange, cut_short_at, pending_of, value_at
from ftlab.ops import advopt
from ftlab.ops.vft.keys import STREAM_OPTION
from ftlab.ops.vft.secondary.verdict import RetryAfterRemedy, Verdict

NET_TIMEOUT_OPTION = "/Migrate/NetTimeout"
"""The vMotion timeout: 20 s by default, 1..3600. The article's author raised it first, and it
did not help him: off unless asked for."""


@frozen
class Step:
    """One option, and the value it gets on both hosts."""

    path: str
    value: int

    def __str__(self) -> str:
        return f"{self.path} = {self.value}"


STREAM_STEPS = (Step(STREAM_OPTION, 0), Step(STREAM_OPTION, 1))


def steps(net_timeout: int | None = None) -> tuple[Step, ...]:
    """The steps of the remedy; ``net_timeout`` in seconds goes first where it is given."""
    first = () if net_timeout is None else (Step(NET_TIMEOUT_OPTION, net_timeout),)
    return (*first, *STREAM_STEPS)


@dataclass
class Remedies:
    """The steps not yet taken, for the hosts of one pair. ``tried`` lists those taken: both
    hosts have shown the new value. One that was cut short is taken again."""

    contexts: Sequence[Context]
    steps: Sequence[Step] = STREAM_STEPS
    tried: list[Step] = field(default_factory=list)
    _before: dict[str, dict[str, AdvancedOption]] = field(default_factory=dict)
    _begun: Step | None = None

    @property
    def touched(self) -> frozenset[str]:
        """The options that may have another value than before."""
        return frozenset(self._before)

    def coming(self) -> Step | None:
        """The next step, one that changes something; ``None`` at the end. Changes nothing.

        Raises ``NotApplicable`` where a build does not know the option (7.0 U2 and later).
        """
        found = self._coming()
        return found and found[0]

    def take_next(self) -> Step | None:
        """Take the next step. Raises as :meth:`coming` does, and ``Refused`` for a value beyond
        the host's own limits."""
        found = self._coming()
        if found is None:
            return None
        step, now = found
        self._take(step, now)
        self.tried.append(step)
        self.steps = self.steps[1:]
        return step

    def follow(self, found: RetryAfterRemedy, *, is_last: bool) -> Verdict:
        """Take the next step, and the verdict stays; at the end of the steps the failure is final.
        Before an attempt that is the last (``is_last``) none is taken, since nobody would try it.
        """
        meaning = found.error.message
        try:
            if is_last and (step := self.coming()) is not None:
                hint = f"{step} would be next: it needs one more of --attempts, or a longer --wait"
                return found.final(meaning, hint)
            return found if self.take_next() else found.final(meaning, STARVATION)
        except NotApplicable as missing:
            words = f"{meaning}, and the remedy is not to be had: {missing}"
            return found.final(words, STARVATION)

    def go_on_from(self, earlier: Earlier) -> Step | None:
        """A remedy that waits for vCenter is tried when somebody presses the button there, perhaps
        after its run has ended. Where the last run has left one, and both hosts still have it, go
        on after it; what it replaced is what :meth:`back` restores. Returns the step."""
        left = {host: pending_of(changes) for host, changes in earlier.items()}
        known = [each for each in left.values() if each is not None]
        steps = {Step(each.path, each.after) for each in known}
        if len(steps) != 1 or not steps <= set(self.steps):
            return None
        step = steps.pop()
        now = self._read(step.path)
        if any(option.value != step.value for option in now.values()):
            return None
        self._before[step.path] = {
            host: replace(option, value=was.before) if (was := left.get(host)) else option
            for host, option in now.items()
        }
        self.steps = self.steps[self.steps.index(step) + 1 :]
        self.tried.append(step)
        return step

    def take_over(self, earlier: Earlier, task: str) -> str:
        """What a run of ``task`` has left that was cut short in the middle of a remedy is ours:
        its values are none that a host had by itself, and :meth:`back` restores those from before
        that run. It goes on with the step that was cut. Returns that run; an empty word where there
        is none."""
        runs: list[str] = []
        begun: list[Step] = []
        for path in dict.fromkeys(step.path for step in self.steps):
            own = self.contexts[0].run
            left = {
                host: cut_short_at(changes, path, task, own) for host, changes in earlier.items()
            }
            if not any(left.values()):
                continue
            before: dict[str, AdvancedOption] = {}
            for host, option in self._read(path).items():
                was = left.get(host)
                is_ours = was is not None and was.after == option.value != was.before
                before[host] = replace(option, value=was.before) if was and is_ours else option
                if was and is_ours:
                    runs.append(was.run)
                    begun.append(Step(path, was.after))
                    self._before[path] = before
        last = max((self.steps.index(step) for step in begun if step in self.steps), default=0)
        self.steps = self.steps[last:]
        return runs[0] if runs else ""

    def is_outdated(self, host: str, when: float, changes: Sequence[OptionChange]) -> bool:
        """Whether a failure on this host was seen with other values than the options have now. A
        remedy that a run was cut short in, on one host alone, was not tried."""
        paths = {each.path for each in changes if each.at > when}
        for path in paths & {step.path for step in (*self.steps, *self.tried)}:
            values = {name: option.value for name, option in self._read(path).items()}
            now = values[host]
            last = [each for each in changes if each.path == path][-1]
            is_half = last.cut_short and len(set(values.values())) > 1
            if not is_half and value_at(changes, path, when, now) != now:
                return True
        return False

    def _coming(self) -> tuple[Step, Mapping[str, AdvancedOption]] | None:
        """The next step, and its option as it is on each host now."""
        while self.steps:
            step = self.steps[0]
            now = self._read(step.path)
            if step == self._begun or any(o.value != step.value for o in now.values()):
                return step, now
            self.steps = self.steps[1:]
        return None

    def _take(self, step: Step, now: Mapping[str, AdvancedOption]) -> None:
        for path in [path for path in self._before if path != step.path]:
            self._put_back(path)
        self._before.setdefault(step.path, dict(now))
        self._begun = step
        self._together(lambda context: _set_one(context, now[context.host], step.value))
        self._begun = None

    def back(self) -> None:
        """Put the old values back. Safe to repeat; does nothing where no step was taken."""
        for path in list(self._before):
            self._put_back(path)

    def _put_back(self, path: str) -> None:
        """Each host on its own: one that does not answer does not keep the other from it."""
        before = self._before[path]
        self._together(
            lambda context: _set_one(
                context, advopt.read_option(context, path), before[context.host].value
            )
        )
        del self._before[path]

    def _read(self, path: str) -> dict[str, AdvancedOption]:
        found = self._together(lambda context: advopt.read_option(context, path))
        return {c.host: option for c, option in zip(self.contexts, found, strict=True)}

    def _together(self, work: Callable[[Context], Any]) -> list[Any]:
        """On all hosts at the same time."""
        calls = [partial(work, context) for context in self.contexts]
        return self.contexts[0].session.together(*calls)


def _set_one(context: Context, option: AdvancedOption, value: int | str | None) -> None:
    if value is None:
        raise NotApplicable(f"{option.path} has no value on {context.host}")
    advopt.write_option(context, option, coerce(option, value))
