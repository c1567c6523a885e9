"""Power steps that bring a secondary up, each a change of its own: journalled, verified and
reported."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from ftlab.engine.context import NothingDone
from ftlab.errors import CommandTimeout, HostError, NotProven, Refused
from ftlab.model import Change
from ftlab.ops.vft.pairs import Half
from ftlab.ops.vft.secondary.attempt import Attempt
from ftlab.ops.vft.secondary.verdict import (
    NOT_THE_HOSTS,
    RUNNING,
    Seen,
    Side,
    is_up,
    look_at,
    look_at_secondary,
)
from ftlab.ops.vms.listing import change_of
from ftlab.ops.vms.power import power_off
from ftlab.ops.vms.power_on import power_on


@dataclass
class SecondaryPower:
    """``ours``: this run has powered the secondary on, and so may power it off again. ``stuck``:
    the last attempt left it on without running. ``verified``: the host has shown our power-on."""

    secondary: Side
    primary: Side
    ours: bool = False
    stuck: bool = False
    verified: bool = False
    _before: str = "off"

    @property
    def is_foreign(self) -> bool:
        """Whether it is on by somebody else's doing, and does not run: it is looked at only."""
        return self.stuck and not self.ours

    def plan(self) -> None:
        """Note what a run would do that only checks."""
        context, half = self.secondary
        context.changes.append(self._on(half.runtime.power or "off"))

    def on(self, attempt: Attempt) -> Seen:
        """Make one attempt. It is a change unless the secondary is on already, by somebody else
        or by a change of this run that is verified."""
        before = attempt.begin()
        if before != "on":
            self._before, self.ours, self.verified = before, True, False
        changes = self.ours and not self.verified
        return self.seen(
            self._changed(attempt, before) if changes else attempt.watch(before, ours=self.ours)
        )

    def seen(self, seen: Seen) -> Seen:
        """Remember how an attempt, whoever made it, has left the secondary."""
        self.stuck = seen.now.power == "on" and not seen.running
        return seen

    def _changed(self, attempt: Attempt, before: str) -> Seen:
        """The states decide: a refused power-on is a change that failed, and one that no state
        could be read after may have been made. The report shows it once, however often it is
        tried; the journal has each."""
        context, change = self.secondary[0], self._on(self._before)
        failed = replace(change, verified=False)
        context.changes[:] = [done for done in context.changes if done != failed]
        seen: list[Seen] = []

        def shown(_: None) -> list[str | None]:
            seen.append(attempt.watch(before, ours=True))
            if seen[0].fault is not None and seen[0].fault.kind in NOT_THE_HOSTS:
                self.ours = False
                raise NothingDone
            late = isinstance(seen[0].fault, CommandTimeout) or seen[0].question is not None
            if late and seen[0].now.power != "on":
                raise NotProven("the power-on may still be running on the host")
            return [seen[0].now.power]

        with suppress(NotProven):
            do = (lambda: None) if before == "on" else attempt.send
            self.verified = context.carry_out([change], do=do, prove=shown)
        return seen[0]

    def off(self) -> None:
        """Power off what an attempt of this run left on without running: it cannot start again
        otherwise. One that runs by now, or was on before the run, is left alone. Raises
        ``CommandFailed`` where it stays on."""
        if not (self.stuck and self.ours):
            return
        now = look_at_secondary(self.secondary, self.primary)
        if not is_up(now):
            context, half = self.secondary
            power_off(context, half.vm, guest_wait=0, state=now.power)
        self.stuck = False

    def note_running(self) -> None:
        """That FT runs is a change of its own where somebody else has started the secondary."""
        if self.ours and self.verified:
            return
        context, half = self.secondary
        change = change_of(half.vm, "ft", half.runtime.ft_state, RUNNING)
        now = look_at_secondary(self.secondary, self.primary).ft_state
        context.carry_out([change], do=lambda: now, prove=lambda seen: [seen])

    def _on(self, before: str) -> Change:
        return change_of(self.secondary[1].vm, "power", before, "on")


def see_to_primary(primary: Side, *, start: bool) -> None:
    """The primary has to be there first: with ``start`` one that is off is powered on. Raises
    ``Refused`` (``vft.primary_off``) if not."""
    context, half = primary
    if half.runtime.power == "on":
        return
    if not start:
        raise _off(half, "is not powered on", "power it on first, or add --start-primary")
    power_on(context, half.vm, half.runtime.power)


def refuse_lost_primary(primary: Side) -> None:
    """Raise ``Refused`` (``vft.primary_off``) if a host that restarted has taken the primary down
    with it."""
    if look_at(primary).power != "on":
        gone = "is off since a host of the pair went away"
        raise _off(primary[1], gone, "power it on, then try again")


def _off(half: Half, words: str, hint: str) -> Refused:
    message = f"the primary of {half.vm.name} on {half.host} {words}"
    return Refused(message, kind="vft.primary_off", hint=hint)


def restart(primary: Side, guest_wait: float) -> None:
    """Power the primary off, guest first, and on: its host then starts the secondary. One that is
    off is only powered on."""
    context, half = primary
    state = half.runtime.power if context.check else look_at(primary).power
    if state != "off":
        power_off(context, half.vm, guest_wait, state=state)
    try:
        power_on(context, half.vm, state="off")
    except HostError:
        context.notes.append(
            f"{half.vm.name}: the primary on {half.host} was powered off for a restart, and may "
            f"still be off: ftlab vm.power-on --vm vmid:{half.vm.vmid} --limit {half.host}"
        )
        raise
