"""Powering on the FT secondary: try, look, read the logs, name the cause, apply the known
remedy, try again. Success is ``faultToleranceState = running``, never *powered on* alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import (
    CommandFailed,
    CommandTimeout,
    FtlabError,
    HostdDown,
    HostFailed,
    Lost,
    ParseError,
    Refused,
    Unreachable,
)
from ftlab.esxi.logs.signatures import SIGNATURES, Signature
from ftlab.ops.vft.secondary.attempt import (
    RUNNING,
    Attempt,
    Side,
    is_up,
    look_at,
    look_at_secondary,
)
from ftlab.ops.vft.secondary.attempt_log import Again, Tries
from ftlab.ops.vft.secondary.foreseen import note_remedies, note_retry
from ftlab.ops.vft.secondary.power import Switch
from ftlab.ops.vft.secondary.remedies import STREAM_STEPS, Ladder, Step
from ftlab.ops.vft.secondary.verdict import Judge
from ftlab.ops.vft.secondary.wait_budget import Patience
from ftlab.ops.vms.listing import about, change_of
from ftlab.ops.vms.power_on import power_on
from ftlab.retry import SECONDARY, Policy, Time

WAIT = 25.0
"""Seconds of waiting and looking in all: with it the whole ladder of five attempts ends within
30 s where hosts answer at once."""


@dataclass
class BringUp:
    """One pair on its way up: both halves with their hosts, and the attempts so far.

    ``wait``: the seconds of waiting and looking that all attempts have together, for *running*
    and between attempts; ``remedies`` False only diagnoses; ``steps`` are the remedy's.
    ``reconnect`` gives a context a new session where its host went away. Not safe to run twice
    at the same time for one pair, nor for two pairs that share a host.
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
    switch: Switch = field(init=False)
    patience: Patience = field(init=False)
    judge: Judge = field(init=False)
    _cut: bool = False

    def __post_init__(self) -> None:
        self.tries = Tries(self.name, self.secondary[0])
        self.ladder = Ladder([self.primary[0], self.secondary[0]], self.steps)
        self.switch = Switch(self.secondary, self.primary)
        self.patience = Patience(self.wait, self.secondary[0].sleep, self.secondary[0].clock)
        sides = (self.secondary, self.primary)
        self.judge = Judge(
            sides, self.tries, self.switch, self.ladder, self._is_last, self.remedies
        )

    @property
    def name(self) -> str:
        return self.secondary[1].vm.name

    def run(self) -> None:
        """Bring the secondary to *running*. Raises what stopped it; does nothing where it is."""
        context, half = self.secondary
        if is_up(half.runtime):
            return
        self._see_to_the_primary()
        if half.runtime.power == "on":
            change = change_of(half.vm, "ft", half.runtime.ft_state, RUNNING)
            context.carry_out([change], do=self._try, prove=lambda: [self._ft_state()])
        elif context.check:
            self.switch.plan()
            self._foresee()
        else:
            self._try()

    def _foresee(self) -> None:
        """Note what may follow the first attempt."""
        if self.policy.attempts > 1:
            note_retry(self.secondary)
            if self.remedies:
                note_remedies([self.primary[0], self.secondary[0]], self.steps)

    def _ft_state(self) -> str | None:
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

    def _try(self) -> None:
        try:
            self._retrying()(self._attempt)
        except Again as last:
            raise self._verdict(last, self._restored()) from None
        except BaseException:
            self._restored()
            raise
        finally:
            self._say_what_stays_on()

    def _say_what_stays_on(self) -> None:
        context, half = self.secondary
        if self.switch.stuck:
            whose = "" if self.switch.ours else ", as it was before this run"
            context.notes.append(
                f"{self.name}: the secondary is left powered on{whose}; ftlab vft.status --watch "
                f"shows whether it still comes up, ftlab vm.power-off --vm vmid:{half.vm.vmid} "
                f"--limit {half.host} turns it off for another try"
            )

    def _retrying(self) -> Callable[..., Any]:
        """The policy, on the clock of our patience."""
        say = self.secondary[0].say
        return replace(self.policy, deadline=self.wait).retrying(
            retry_on=lambda error: isinstance(error, Again) and not error.final,
            anew=lambda error: isinstance(error, Again) and error.remedy,
            on_retry=lambda number, wait, error: say(
                f"{self.name}, attempt {number}: {error}; next in {wait:.0f} s"
            ),
            by=Time(lambda: self.patience.spent, self.patience.rest, self.dice),
        )

    def _verdict(self, last: Again, put_back: str) -> HostFailed:
        count = len(self.tries.made)
        tried = ", ".join(map(str, self.ladder.tried))
        left = not last.final and count < self.policy.attempts
        out_of_time = left or (self.switch.stuck and self.patience.over)
        blind = isinstance(last.__cause__, Lost | Unreachable | HostdDown)
        state = "was not seen running" if blind else "is not running"
        return HostFailed(
            f"the secondary of {self.name} {state} after {count} "
            f"attempt{'s' if count != 1 else ''}: {last.message}"
            + (f"; tried {tried} ({put_back})" if tried else "; no remedy was tried")
            + (f"; the wait of {self.wait:g} s is over" if out_of_time else "")
            + ("; it is left powered on" if self.switch.stuck else ""),
            kind=last.kind,
            hint=last.hint,
        )

    def _restored(self) -> str:
        """Put the options back; says whether that went well."""
        try:
            if self.ladder.touched:
                self._redial()
                self.ladder.back()
        except FtlabError as error:
            words = f"not put back: {error}; ftlab lab.undo does it later"
            self.secondary[0].notes.append(f"{self.name}: a remedy was {words}")
            return words
        return "put back"

    def _is_last(self) -> bool:
        """Whether there are no attempts left, or no time to wait for another."""
        wait = self.policy.wait(1, 1.0)
        over = self.patience.spent + wait >= self.patience.limit
        return over or self.tries.begun >= self.policy.attempts

    # -- one attempt -----------------------------------------------------------------------------

    def _attempt(self) -> None:
        """Raises :class:`Again` where another attempt may help."""
        self.tries.begin()
        try:
            self._get_in_touch()
            self._clear_away()
            attempt = Attempt(self.primary, self.secondary, self.patience, self.signatures)
            self.judge.judge(self.switch.on(attempt))
        except (Lost, Unreachable) as gone:
            self._cut = True
            self.tries.broken_off("the connection to a host of the pair was lost")
            raise Again(
                gone.message,
                kind=gone.kind,
                hint="when the host is back: vft.status, then try again",
                final=self.reconnect is None or gone.kind.startswith("auth."),
            ) from gone
        except HostdDown as down:
            self.tries.broken_off("hostd does not answer")
            raise Again(down.message, kind=down.kind, hint=down.hint) from down
        except (CommandFailed, CommandTimeout, ParseError) as error:
            self.tries.broken_off(error.message)
            raise about(self.secondary[1].vm.name, error) from error

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

    def _clear_away(self) -> None:
        """Before another attempt, and only then: what the last one left on goes off."""
        try:
            self.patience.look(self.switch.off)
        except CommandFailed as error:
            self.tries.note("the secondary could not be powered off for another attempt")
            raise Again(error.message, kind=error.kind, hint=error.hint) from error
