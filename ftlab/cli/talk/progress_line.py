"""``11/12 · vesxi07: get.config · 8 s · 1 failed``: how far a run is, in one line."""

from __future__ import annotations

from dataclasses import dataclass, field

from ftlab.report.layout.cells import cut
from ftlab.report.layout.escape import escape

_BAD = {"failed", "unreachable"}


@dataclass
class Progress:
    """``began`` and every ``now`` are seconds of one clock."""

    hosts: int
    began: float
    bad: int = 0
    _ended: set[str] = field(default_factory=set)
    _busy: dict[str, tuple[float, str]] = field(default_factory=dict)

    def working(self, host: str, what: str, now: float) -> None:
        """A host keeps the time since when it is at work, whatever it does meanwhile."""
        if host not in self._ended:
            since, _ = self._busy.get(host, (now, ""))
            self._busy[host] = since, what

    def done(self, host: str, status: str) -> None:
        self._ended.add(host)
        self._busy.pop(host, None)
        self.bad += status in _BAD

    def line(self, now: float, width: int) -> str:
        """No wider than ``width`` cells. Of the busy hosts the one that takes longest is named."""
        parts = [f"{min(len(self._ended), self.hosts)}/{self.hosts}"]
        if self._busy:
            host, (_, what) = min(self._busy.items(), key=lambda item: item[1][0])
            others = f" (and {len(self._busy) - 1} more)" if len(self._busy) > 1 else ""
            parts.append(f"{escape(host)}: {escape(what)}{others}")
        parts.append(_lasted(now - self.began))
        parts += [f"{self.bad} failed"] if self.bad else []
        return cut(" · ".join(parts), width)


def _lasted(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
