"""vCenter's starts of a secondary: the newest of those before, then each that comes.

The vSphere API says that a secondary is started with its primary, or when it is enabled on the
primary; the Availability guide, that vCenter disables FT after a start that failed. So where a host
leaves the start to vCenter, ftlab powers on nothing. It reads what the newest start has left in the
logs, sets the remedy, says what to press, and looks on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ftlab.journal.option_changes import Earlier, Look
from ftlab.ops.vft.secondary.attempt import Attempt
from ftlab.ops.vft.secondary.last_failure import LastFailure, by_our_clock, last_failure
from ftlab.ops.vft.secondary.remedies import Remedies
from ftlab.ops.vft.secondary.seen import Seen


@dataclass
class VCenterWatch:
    """``make`` an attempt that is vCenter's. The logs are read on from where the last look ended,
    so that no start is missed in between."""

    make: Callable[[], Attempt]
    remedy: Remedies
    earlier: Look
    _attempt: Attempt | None = None
    _before: str = "off"

    def look(self, *, first: bool) -> Seen:
        """What vCenter's start comes to. At the ``first`` one, before this run has seen any other,
        the newest failure in the logs counts; else what comes from now on."""
        if self._attempt is None:
            attempt = self._attempt = self.make()
            self._before = attempt.begin()
            if first and (failure := attempt.budget.look(self._failure_before)) is not None:
                return attempt.seen_afterwards(self._before, failure.findings, failure.logged)
        else:
            attempt = self._attempt = self._attempt.following()
        seen = attempt.watch(self._before)
        attempt.forget()
        return seen

    def begin_anew(self) -> None:
        """A remedy was set: what was written until now is about other values."""
        if self._attempt is not None:
            self._before = self._attempt.begin()

    def _failure_before(self) -> LastFailure | None:
        """The newest failure, unless its remedy was set since it was seen."""
        attempt = self.make()
        found = last_failure(
            attempt.secondary,
            attempt.primary,
            attempt.signatures,
            since_power_on=self._before == "on",
        )
        earlier = self.earlier()
        waiting = self.remedy.go_on_from(earlier)
        if found is None or found.findings[0].signature.kind != "remedy":
            return found
        if not any(self._is_outdated(host, when, earlier) for host, when in found.when.items()):
            return found
        context, half = attempt.secondary
        set_by = f"; {waiting} waits for its next start" if waiting else ""
        context.notes.append(
            f"{half.vm.name}: the newest failure in the logs was seen with other values than the "
            f"options have now{set_by}: {found.findings[0].line}"
        )
        return None

    def _is_outdated(self, host: str, when: float, earlier: Earlier) -> bool:
        changes = earlier.get(host, ())
        if not changes:
            return False
        attempt = self.make()
        sides = (attempt.secondary, attempt.primary)
        side = next(each for each in sides if each[1].host == host)
        return self.remedy.is_outdated(host, by_our_clock(side, when), changes)
