"""The attempts in words: what each came to, and how it ended after the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ftlab.engine.context import Context
from ftlab.errors import FtlabError, HostFailed
from ftlab.esxi.logs.signatures import around_trouble
from ftlab.facts.vms import StartFact
from ftlab.frozen import frozen
from ftlab.ops.vft.secondary.remedies import Step
from ftlab.ops.vft.secondary.verdict import (
    Failed,
    GiveUp,
    Seen,
    Side,
    Starter,
    Verdict,
    WaitForVCenter,
)


@frozen
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

    def facts(self) -> list[StartFact]:
        """The attempts, each with the VM's name."""
        return [self._fact(one) for one in self.made]

    def _fact(self, one: AttemptRecord) -> StartFact:
        return {
            "name": self.name,
            "attempt": one.attempt,
            "trigger": one.trigger,
            "result": one.result,
            "cause": one.cause,
            "remedy": one.remedy,
        }


def _evidence(seen: Seen) -> list[str]:
    silent = ["no new log lines"] if seen.starter == "host" else []
    shown = {
        "the answer": around_trouble(seen.answer),
        "the logs": around_trouble(seen.logged) or silent,
        "not read": list(seen.gaps),
    }
    return [f"{what}: {' | '.join(lines)}" for what, lines in shown.items() if lines]


def press(name: str) -> str:
    """What somebody has to do in vCenter, in one sentence."""
    return (
        f"in vCenter press 'Resume Fault Tolerance' for {name} ('Enable Fault Tolerance' in "
        "vSphere 4 and 5)"
    )


def watch_command(name: str) -> str:
    """The command that shows whether it has helped."""
    return f"ftlab vft.status --vm {name} --watch"


@frozen
class Ending:
    """``attempts`` were made, ``most`` were allowed; ``tried`` are the remedies, and ``left`` says
    what became of them; ``waits``: the next start is vCenter's; ``watched``: so was the last one.
    ``stuck``: the secondary is on without running; ``over``: no time is left of ``wait``.
    ``cause`` is what the newest failure meant.
    """

    name: str
    attempts: int
    most: int
    wait: float
    tried: Sequence[Step]
    left: str
    waits: bool
    watched: bool
    stuck: bool
    over: bool
    cause: str

    def error(self, last: Failed) -> FtlabError:
        """What is raised after the last attempt: what was wrong, what was tried, what is left."""
        if isinstance(last, GiveUp) and last.as_is:
            return last.error
        more = not isinstance(last, GiveUp) and self.attempts < self.most
        late = more or (self.stuck and self.over)
        tried = ", ".join(map(str, self.tried))
        count = f"{self.attempts} attempt{'s' if self.attempts != 1 else ''}"
        return HostFailed(
            f"the secondary of {self.name} {'was not seen' if last.blind else 'is not'} running "
            f"after {count}: {self._why(last)}"
            + (f"; tried {tried} ({self.left})" if tried else "; no remedy was tried")
            + (f"; the wait of {self.wait:g} s is over" if late else "")
            + ("; it is left powered on" if self.stuck else ""),
            kind="vft.vcenter" if self.waits else last.error.kind,
            hint=self._hint(last),
        )

    def _why(self, last: Failed) -> str:
        known = self.cause and last.finding is None and self.waits
        return f"{self.cause}; {last.error.message}" if known else last.error.message

    def _hint(self, last: Failed) -> str:
        if self.waits:
            return f"{press(self.name)}; {watch_command(self.name)} shows whether it then runs"
        if self.watched and last.finding is not None:
            return f"{last.error.hint}; then {press(self.name)}"
        return last.error.hint


def stays_on(secondary: Side, *, ours: bool) -> str:
    """The note on a secondary that is left powered on without running."""
    _, half = secondary
    name = half.vm.name
    return (
        f"{name}: the secondary is left powered on{'' if ours else ', as it was before this run'}; "
        f"{watch_command(name)} shows whether it still comes up, ftlab vm.power-off "
        f"--vm vmid:{half.vm.vmid} --limit {half.host} turns it off for another try"
    )
