"""The attempts made to bring one secondary up, as the report shows them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ftlab.engine.context import Context
from ftlab.esxi.logs.signatures import around_trouble
from ftlab.ops.vft.secondary.seen import Seen, Starter
from ftlab.ops.vft.secondary.verdict import Failed, Verdict, WaitForVCenter


@dataclass(frozen=True)
class AttemptRecord:
    """One start of the secondary and what came of it. ``trigger`` is who made it, ``cause`` a
    signature's name."""

    attempt: int
    trigger: Starter
    result: str
    cause: str | None = None
    remedy: str | None = None


@dataclass
class AttemptLog:
    """``name`` is the VM's; the log line behind a cause goes to the notes of ``context``."""

    name: str
    context: Context
    made: list[AttemptRecord] = field(default_factory=list)
    begun: int = 0

    def begin(self) -> None:
        """One more attempt is made."""
        self.begun += 1

    def note(self, seen: Seen, found: Verdict) -> None:
        """How it ended, if there was one. Of a failure that nothing is known of, the notes get the
        host's answer, the log lines around it, and what was not there to be read."""
        if isinstance(found, WaitForVCenter) and not (seen.fell or seen.now.power == "on"):
            self.begun -= 1  # nobody has made one
            return
        finding = found.finding if isinstance(found, Failed) else None
        cause = finding.signature.name if finding else None
        self.made.append(AttemptRecord(self.begun, seen.starter, found.result, cause))
        which = f"{self.name}, attempt {self.begun}"
        if finding is not None:
            self.context.notes.append(f"{which}, the log: {finding.line}")
        elif not seen.running and seen.question is None:
            self.context.notes += [f"{which}, {what}" for what in _evidence(seen)]

    def broken_off(self, result: str, starter: Starter = "host") -> None:
        """It could not be ended; one whose end is noted keeps that, and the rest goes to the
        notes."""
        if len(self.made) < self.begun:
            self.made.append(AttemptRecord(self.begun, starter, result))
        elif self.begun:
            self.context.notes.append(f"{self.name}, after attempt {self.begun}: {result}")

    def remedied(self, remedy: str) -> None:
        """What was changed after the last one."""
        self.made[-1] = replace(self.made[-1], remedy=remedy)

    def facts(self) -> list[dict[str, Any]]:
        """The attempts, each with the VM's name."""
        return [{"name": self.name, **asdict(one)} for one in self.made]


def _evidence(seen: Seen) -> list[str]:
    silent = ["no new log lines"] if seen.starter == "host" else []
    shown = {
        "the answer": around_trouble(seen.answer),
        "the logs": around_trouble(seen.logged) or silent,
        "not read": list(seen.gaps),
    }
    return [f"{what}: {' | '.join(lines)}" for what, lines in shown.items() if lines]
