"""Where vCenter starts the secondary: what its last failed start has left in the logs of both
hosts, then each start that comes.

The vSphere API says that a secondary is started with its primary, or when it is enabled on the
primary; the Availability guide, that vCenter disables FT after a start that failed. So where a host
leaves the start to vCenter, ftlab powers on nothing. It reads what the newest start has left in the
logs, sets the remedy, says what to press, and looks on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ftlab.errors import HostError
from ftlab.esxi.host import clock
from ftlab.esxi.logs.newest import StartFailure, newest_failure
from ftlab.esxi.logs.signatures import Finding, Signature, findings
from ftlab.frozen import frozen
from ftlab.journal.option_changes import Earlier, Look
from ftlab.ops.vft.logs.cpu_evidence import cpu_evidence
from ftlab.ops.vft.logs.diagnose import read_logs
from ftlab.ops.vft.logs.tail import own_logs
from ftlab.ops.vft.secondary.attempt import Attempt
from ftlab.ops.vft.secondary.remedies import Remedies
from ftlab.ops.vft.secondary.verdict import Seen, Side

_SAME = 2.0
"""Seconds by which clocks seem to differ that agree: a host tells whole ones, after a while."""
_TOGETHER = 120.0
"""Seconds: what both hosts of a pair write of one failure lies closer than that, even if their
clocks are not the same."""


@frozen
class LastFailure:
    """The newest failure that the logs of the pair's hosts hold: what was found in them, by
    precedence, and when it was, by each host's own clock."""

    findings: tuple[Finding, ...]
    logged: tuple[str, ...]
    when: Mapping[str, float]


def last_failure(
    secondary: Side, primary: Side, signatures: Sequence[Signature], *, since_power_on: bool
) -> LastFailure | None:
    """Read the ends of the logs of both halves. ``since_power_on``: only the secondary's own log,
    which begins with its power-on, is about the start that is under way."""
    sides = (secondary,) if since_power_on else (secondary, primary)
    asked = [partial(_on_host, side, signatures, own_only=since_power_on) for side in sides]
    found = secondary[0].session.together(*asked)
    newest = _of_one_failure(dict(zip((s[1].host for s in sides), found, strict=True)))
    lines = [line for failure in newest.values() for line in failure.lines]
    lines += cpu_evidence(secondary[0], findings(lines, signatures)) if lines else []
    shown = findings(lines, signatures)
    when = {host: failure.when for host, failure in newest.items() if failure.when}
    return LastFailure(tuple(shown), tuple(lines), when) if shown else None


def _on_host(side: Side, signatures: Sequence[Signature], *, own_only: bool) -> StartFailure | None:
    context, half = side
    own = own_logs(half.vm, half.config.log_directory)
    logs = [
        text for path, text in read_logs(context, half.vm).evidence if path in own or not own_only
    ]
    return newest_failure(logs, lambda line: bool(findings([line], signatures)), time.time())


def _of_one_failure(found: Mapping[str, StartFailure | None]) -> dict[str, StartFailure]:
    """Without what the other host wrote of an older one."""
    shown = {host: failure for host, failure in found.items() if failure is not None}
    times = [failure.when for failure in shown.values() if failure.when]
    return {
        host: failure
        for host, failure in shown.items()
        if failure.when is None or max(times) - failure.when <= _TOGETHER
    }


def by_our_clock(side: Side, when: float) -> float:
    """A time of the host's clock by that of this machine: those of a lab may be hours apart. The
    same time where they agree, or where the host does not tell its own."""
    context, _ = side
    try:
        ahead = clock.parse_clock(context.ask(clock.build_clock()).out) - time.time()
    except HostError:
        return when
    return when if abs(ahead) < _SAME else when - ahead


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
            failed_before = partial(self._failure_before, attempt)
            if first and (failure := attempt.budget.look(failed_before)) is not None:
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

    def _failure_before(self, attempt: Attempt) -> LastFailure | None:
        """The newest failure, unless its remedy was set since it was seen."""
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
        by_host = found.when.items()
        if not any(self._is_outdated(attempt, host, when, earlier) for host, when in by_host):
            return found
        context, half = attempt.secondary
        set_by = f"; {waiting} waits for its next start" if waiting else ""
        context.notes.append(
            f"{half.vm.name}: the newest failure in the logs was seen with other values than the "
            f"options have now{set_by}: {found.findings[0].line}"
        )
        return None

    def _is_outdated(self, attempt: Attempt, host: str, when: float, earlier: Earlier) -> bool:
        changes = earlier.get(host, ())
        if not changes:
            return False
        sides = (attempt.secondary, attempt.primary)
        side = next(each for each in sides if each[1].host == host)
        return self.remedy.is_outdated(host, by_our_clock(side, when), changes)
