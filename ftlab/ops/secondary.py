"""Powering on the FT secondary: try, look, read the logs, name the cause, apply the known
remedy, try again. Success is ``faultToleranceState = running``, never *powered on* alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ftlab.errors import (
    FtlabError,
    HostdDown,
    HostFailed,
    Lost,
    NotApplicable,
    Refused,
    Unreachable,
)
from ftlab.esxi.signatures import SIGNATURES, STARVATION, Finding, Signature
from ftlab.model import Change
from ftlab.ops.attempt import (
    RUNNING,
    Attempt,
    Seen,
    Side,
    clear_away,
    is_up,
    look_at,
    look_at_secondary,
    refuse_question,
)
from ftlab.ops.context import Context
from ftlab.ops.ladder import STREAM_STEPS, Ladder, Step
from ftlab.ops.patience import Patience
from ftlab.ops.power import power_on, state_of
from ftlab.ops.tries import Again, Tries
from ftlab.retry import SECONDARY, Policy, Time

WAIT = 25.0
"""Seconds of waiting in all: with it the whole ladder of five attempts ends within 30 s where
hosts answer at once."""


@dataclass
class Rise:
    """One pair on its way up: both halves with their hosts, and the attempts so far.

    ``wait``: the seconds of waiting that all attempts have together, for *running* and between
    attempts; ``remedies`` False only diagnoses; ``steps`` are the remedy's. ``reconnect`` gives
    a context a new session where its host went away. Not safe to run twice at the same time
    for one pair, nor for two pairs that share a host.
    """

    primary: Side
    secondary: Side
    policy: Policy = SECONDARY
    wait: float = WAIT
    remedies: bool = True
    start_primary: bool = False
    steps: Sequence[Step] = STREAM_STEPS
    signatures: Sequence[Signature] = SIGNATURES
    reconnect: Callable[[Context], None] | None = None
    dice: Callable[[], float] = random.random
    tries: Tries = field(init=False)
    ladder: Ladder = field(init=False)
    patience: Patience = field(init=False)
    _cut: bool = False

    def __post_init__(self) -> None:
        self.tries = Tries(self.name, self.secondary[0])
        self.ladder = Ladder([self.primary[0], self.secondary[0]], self.steps)
        self.patience = Patience(self.wait, self.secondary[0].sleep)

    @property
    def name(self) -> str:
        return self.secondary[1].vm.name

    def run(self) -> None:
        """Bring the secondary to *running*. Raises what stopped it; does nothing where it is."""
        context, half = self.secondary
        if is_up(half.runtime):
            return
        self._see_to_the_primary()
        vm = half.vm
        if half.runtime.power == "on":
            before = half.runtime.ft_state
            change = Change("ft", before, RUNNING, vm=vm.name, vmid=vm.vmid, path=vm.path)
        else:
            before = half.runtime.power
            change = Change("power", before, "on", vm=vm.name, vmid=vm.vmid, path=vm.path)
        context.carry_out([change], do=self._rise, prove=lambda: [self._proof(change)])

    def _proof(self, change: Change) -> str | None:
        context, half = self.secondary
        if change.target == "power":
            return state_of(context, half.vm.vmid)
        return look_at_secondary(self.secondary, self.primary).ft_state

    def _see_to_the_primary(self) -> None:
        context, half = self.primary
        if half.runtime.ft_state == "disabled":
            context.notes.append(
                f"FT is disabled for {self.name}: in vCenter, enable it (or turn it off and on)"
            )
        if half.runtime.power == "on":
            return
        if not self.start_primary:
            raise Refused(
                f"the primary of {self.name} on {half.host} is not powered on",
                kind="vft.primary_off",
                hint="power it on first, or add --start-primary",
            )
        power_on(context, half.vm, half.runtime.power)

    def _rise(self) -> None:
        try:
            self._retrying()(self._attempt)
        except Again as last:
            raise self._verdict(last, self._restored()) from None
        except BaseException:
            self._restored()
            raise

    def _retrying(self) -> Callable[..., Any]:
        """The policy, on a clock that counts nothing but waiting."""
        say = self.secondary[0].say
        return replace(self.policy, deadline=self.wait).retrying(
            retry_on=lambda error: isinstance(error, Again) and not error.final,
            on_retry=lambda number, wait, error: say(
                f"{self.name}, attempt {number}: {error}; next in {wait:.0f} s"
            ),
            by=Time(lambda: self.patience.spent, self.patience.rest, self.dice),
        )

    def _verdict(self, last: Again, put_back: str) -> HostFailed:
        count = len(self.tries.made)
        tried = ", ".join(map(str, self.ladder.tried))
        return HostFailed(
            f"the secondary of {self.name} is not running after {count} "
            f"attempt{'s' if count != 1 else ''}: {last.message}"
            + (f"; tried {tried} ({put_back})" if tried else "; no remedy was tried"),
            kind=last.kind,
            hint=last.hint,
        )

    def _restored(self) -> str:
        """Put the options back; says whether that went well."""
        try:
            if self.ladder.tried:
                self._redial()
                self.ladder.back()
        except FtlabError as error:
            words = f"not put back: {error}; ftlab lab.undo does it later"
            self.secondary[0].notes.append(f"{self.name}: a remedy was {words}")
            return words
        return "put back"

    # -- one attempt -----------------------------------------------------------------------------

    def _attempt(self) -> None:
        """Raises :class:`Again` where another attempt may help."""
        try:
            self._get_in_touch()
            attempt = Attempt(self.primary, self.secondary, self.patience, self.signatures)
            self._judge(attempt.make())
        except (Lost, Unreachable) as gone:
            self._cut = True
            self.tries.note("the connection to a host of the pair was lost")
            raise Again(
                gone.message,
                kind=gone.kind,
                hint="when the host is back: vft.status, then try again",
                final=self.reconnect is None or gone.kind.startswith("auth."),
            ) from gone
        except HostdDown as down:
            self.tries.note("hostd does not answer")
            raise Again(down.message, kind=down.kind, hint=down.hint) from down

    def _get_in_touch(self) -> None:
        """After a loss: new sessions, and a look whether the primary is still there, since a
        host that restarted has taken its VMs down with it."""
        if not self._cut:
            return
        self._redial()
        if look_at(self.primary).power != "on":
            self.tries.note("the primary is off")
            raise Refused(
                f"the primary of {self.name} on {self.primary[1].host} is off since a host of "
                "the pair went away",
                kind="vft.primary_off",
                hint="power it on, then try again",
            )

    def _redial(self) -> None:
        if self._cut and self.reconnect is not None:
            for context, _ in (self.primary, self.secondary):
                self.reconnect(context)
            self._cut = False

    def _judge(self, seen: Seen) -> None:
        """Be content, make ready for another attempt, or raise what ends it all."""
        if seen.running:
            self.tries.note("running")
            return
        self._question()
        if seen.now.power == "on":
            clear_away(self.secondary)
        if not seen.findings:
            raise self.tries.unexplained(seen)
        finding = seen.findings[0]
        if finding.signature.kind == "remedy" and self.remedies:
            raise self._remedied(finding)
        self.tries.note("failed", finding)
        signature = finding.signature
        kind, words = f"vft.{signature.name}", signature.meaning
        if signature.kind == "transient":
            raise Again(words, kind=kind, hint=signature.advice)
        raise HostFailed(f"{self.name}: {words}", kind=kind, hint=signature.advice)

    def _question(self) -> None:
        try:
            refuse_question(self.secondary, self.primary)
        except Refused as waiting:
            self.tries.note(f"waits for an answer: {waiting.evidence['question']}")
            raise

    def _remedied(self, finding: Finding) -> Again:
        """Take the ladder's next step; at its end the failure is final."""
        kind, meaning = f"vft.{finding.signature.name}", finding.signature.meaning
        try:
            step = self.ladder.climb()
        except NotApplicable as missing:
            self.tries.note("failed", finding)
            words = f"{meaning}, and the remedy is not to be had: {missing}"
            return Again(words, kind=kind, hint=STARVATION, final=True)
        self.tries.note("failed", finding, None if step is None else str(step))
        return Again(meaning, kind=kind, hint=STARVATION, final=step is None)
