"""The power of one FT secondary, as one run changes it: every step is a change of its own,
journalled, proved and reported."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from ftlab.errors import CommandTimeout, NotProven
from ftlab.model import Change
from ftlab.ops.vft.secondary.attempt import Attempt, Seen, Side, is_up, look_at_secondary
from ftlab.ops.vms.listing import change_of
from ftlab.ops.vms.power import power_off


@dataclass
class Switch:
    """``ours``: this run has powered the secondary on, and so may power it off again. ``stuck``:
    the last attempt left it on without running."""

    secondary: Side
    primary: Side
    ours: bool = False
    stuck: bool = False
    _before: str = "off"
    _proven: bool = False

    def plan(self) -> None:
        """Note what a run would do that only checks."""
        context, half = self.secondary
        context.changes.append(self._on(half.runtime.power or "off"))

    def on(self, attempt: Attempt) -> Seen:
        """Make one attempt. It is a change unless the secondary is on already, by somebody else
        or by a change of this run that is proved."""
        before = attempt.begin()
        if before != "on":
            self._before, self.ours, self._proven = before, True, False
        changes = self.ours and not self._proven
        seen = self._changed(attempt, before) if changes else attempt.watch(before)
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

        def shown() -> list[str | None]:
            seen.append(attempt.watch(before))
            if isinstance(seen[0].fault, CommandTimeout) and seen[0].now.power != "on":
                raise NotProven("the power-on may still be running on the host")
            return [seen[0].now.power]

        with suppress(NotProven):
            do = (lambda: None) if before == "on" else attempt.send
            context.carry_out([change], do=do, prove=shown)
            self._proven = True
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

    def _on(self, before: str) -> Change:
        return change_of(self.secondary[1].vm, "power", before, "on")
