"""``11/12 · vesxi07: get.config · 8 s · 1 failed``: how far a run is, in one line."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ftlab.frozen import mutable
from ftlab.report.layout.cells import cut
from ftlab.report.layout.escape import escape
from ftlab.report.layout.values import format_seconds

_BAD = {"failed", "unreachable"}


@dataclass(frozen=True, eq=False, slots=True)
class Wait:
    """``until`` is on the same clock. No two waits are equal."""

    host: str
    what: str
    until: float


@mutable
class Progress:
    """``began`` and every ``now`` are seconds of one clock."""

    hosts: int
    began: float
    bad: int = 0
    _ended: set[str] = field(default_factory=set)
    _busy: dict[str, tuple[float, str]] = field(default_factory=dict)
    _waits: list[Wait] = field(default_factory=list)

    def working(self, host: str, what: str, now: float) -> None:
        """A host keeps the time since when it is at work, whatever it does meanwhile."""
        if host not in self._ended:
            since, _ = self._busy.get(host, (now, ""))
            self._busy[host] = since, what

    def begin_wait(self, host: str, what: str, until: float) -> Wait:
        self._waits.append(wait := Wait(host, what, until))
        return wait

    def end_wait(self, wait: Wait) -> None:
        self._waits.remove(wait)

    def done(self, host: str, status: str) -> None:
        self._ended.add(host)
        self._busy.pop(host, None)
        self.bad += status in _BAD

    def line(self, now: float, width: int) -> str:
        """No wider than ``width`` cells. Of the busy hosts the one that takes longest is named,
        those first that wait for something."""
        parts = [f"{min(len(self._ended), self.hosts)}/{self.hosts}"]
        parts += [doing] if (doing := self._doing(now)) else []
        parts.append(format_seconds(now - self.began))
        parts += [f"{self.bad} failed"] if self.bad else []
        return cut(" · ".join(parts), width)

    def _doing(self, now: float) -> str:
        waits = {wait.host: wait for wait in self._waits}
        busy = {host: since for host, (since, _) in self._busy.items()}
        hosts = {**dict.fromkeys(waits, now), **busy}
        if not hosts:
            return ""
        host = min(hosts, key=lambda name: (name not in waits, hosts[name]))
        what = _counted(waits[host], now) if host in waits else self._busy[host][1]
        others = f" (and {len(hosts) - 1} more)" if len(hosts) > 1 else ""
        return f"{escape(host)}: " * bool(host) + escape(what) + others


def _counted(wait: Wait, now: float) -> str:
    return f"{wait.what}, {format_seconds(max(0, math.ceil(wait.until - now)))} left"
