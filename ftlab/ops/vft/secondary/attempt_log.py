"""The attempts made to bring one secondary up, as the report shows them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import FtlabError, HostError
from ftlab.esxi.logs.signatures import Finding, around_trouble
from ftlab.ops.vft.secondary.attempt import Seen

_UNKNOWN = "the notes show the answer and the new log lines; no known failure is among them"


class Again(FtlabError):
    """An attempt failed. Unless ``final``, another one may not; after a ``remedy`` there is
    always one. Never leaves ``ops``."""

    @property
    def final(self) -> bool:
        return bool(self.evidence.get("final"))

    @property
    def remedy(self) -> bool:
        return bool(self.evidence.get("remedy"))


@dataclass(frozen=True)
class Try:
    """One power-on and what came of it. ``cause`` is a signature's name."""

    attempt: int
    result: str
    cause: str | None = None
    remedy: str | None = None


@dataclass
class Tries:
    """``name`` is the VM's; the log line behind a cause goes to the notes of ``context``."""

    name: str
    context: Context
    made: list[Try] = field(default_factory=list)
    begun: int = 0

    def begin(self) -> None:
        """One more attempt is made."""
        self.begun += 1

    def note(self, result: str, finding: Finding | None = None) -> None:
        """How it ended."""
        cause = finding.signature.name if finding else None
        self.made.append(Try(self.begun, result, cause))
        if finding is not None:
            self.context.notes.append(f"{self.name}, attempt {self.begun}, the log: {finding.line}")

    def broken_off(self, why: str) -> None:
        """It could not be ended; one whose end is noted keeps that, and the rest goes to the
        notes."""
        if len(self.made) < self.begun:
            self.note(why)
        elif self.begun:
            self.context.notes.append(f"{self.name}, after attempt {self.begun}: {why}")

    def remedied(self, remedy: str) -> None:
        """What was changed after the last one."""
        self.made[-1] = replace(self.made[-1], remedy=remedy)

    def unexplained(self, seen: Seen, *, final: bool = False) -> Again:
        """Note an attempt whose failure nothing is known of, with the host's answer, the log
        lines around it, and what was not there to be read."""
        self.note(str(seen.fault) if seen.fault else "powered on, but never running")
        shown = {
            "the answer": around_trouble(seen.answer),
            "the logs": around_trouble(seen.logged) or ["no new log lines"],
            "not read": list(seen.gaps),
        }
        self.context.notes += [
            f"{self.name}, attempt {self.begun}, {what}: {' | '.join(lines)}"
            for what, lines in shown.items()
            if lines
        ]
        if isinstance(seen.fault, HostError):
            hint = seen.fault.hint or _UNKNOWN
            return Again(seen.fault.message, kind=seen.fault.kind, hint=hint, final=final)
        return Again(
            f"its FT state is {seen.now.ft_state}, not running, its power {seen.now.power}",
            kind="vft.not_running",
            hint="ftlab vft.check shows what FT requires; a slow lab may need a longer --wait",
            final=final,
        )

    def facts(self) -> list[dict[str, Any]]:
        """The attempts, each with the VM's name."""
        return [{"name": self.name, **asdict(one)} for one in self.made]
