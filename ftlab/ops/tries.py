"""The attempts made to bring one secondary up, as the report shows them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ftlab.errors import FtlabError, HostError
from ftlab.esxi.signatures import Finding, around_trouble
from ftlab.ops.attempt import Seen
from ftlab.ops.context import Context


class Again(FtlabError):
    """An attempt failed. Unless ``final``, another one may not. Never leaves ``ops``."""

    @property
    def final(self) -> bool:
        return bool(self.evidence.get("final"))


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

    def note(self, result: str, finding: Finding | None = None, remedy: str | None = None) -> None:
        """One more attempt has ended."""
        number = len(self.made) + 1
        cause = finding.signature.name if finding else None
        self.made.append(Try(number, result, cause, remedy))
        if finding is not None:
            self.context.notes.append(f"{self.name}, attempt {number}, the log: {finding.line}")

    def unexplained(self, seen: Seen) -> Again:
        """Note an attempt whose failure nothing is known of, with the log lines around it."""
        self.note(str(seen.fault) if seen.fault else "powered on, but never running")
        shown = around_trouble(seen.lines) or ["no new log lines"]
        head = f"{self.name}, attempt {len(self.made)}, the logs: "
        self.context.notes.append(head + " | ".join(shown))
        if isinstance(seen.fault, HostError):
            hint = seen.fault.hint or "ftlab vft.diagnose reads the logs"
            return Again(seen.fault.message, kind=seen.fault.kind, hint=hint)
        return Again(
            f"its FT state is {seen.now.ft_state}, not running, its power {seen.now.power}",
            kind="vft.not_running",
            hint="ftlab vft.check shows what FT requires; a slow lab may need a longer --wait",
        )

    def facts(self) -> list[dict[str, Any]]:
        """The attempts, each with the VM's name."""
        return [{"name": self.name, **asdict(one)} for one in self.made]
