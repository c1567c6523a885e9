"""Powering on the FT secondary: try, look, read the logs, name the cause, apply the known
remedy, try again. Success is ``faultToleranceState = running``, never *powered on* alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ftlab.errors import CommandFailed, FtlabError, HostFailed, NotApplicable, Refused, VimFault
from ftlab.esxi import faults, power, runtime
from ftlab.esxi.runtime import Runtime
from ftlab.esxi.signatures import SIGNATURES, STARVATION, Finding, Signature, findings
from ftlab.model import Change
from ftlab.ops import logs
from ftlab.ops.context import Context
from ftlab.ops.ladder import Ladder
from ftlab.ops.pairs import Half
from ftlab.ops.power import held_up_by, power_on, state_of
from ftlab.retry import SECONDARY, Policy, Time

_LOOK = 0.5  # seconds between two looks at a starting secondary
_QUIET = 20  # log lines shown of a failure that no signature names


class Again(FtlabError):
    """One attempt failed in a way that another one may not. Never leaves this module."""


@dataclass(frozen=True)
class Attempt:
    """One power-on and what came of it."""

    attempt: int
    result: str
    cause: str | None = None
    remedy: str | None = None


@dataclass
class Rise:
    """One pair on its way up: both halves with their hosts, and the attempts so far.

    ``wait`` is how many seconds one attempt gets to reach *running*; ``remedies`` False only
    diagnoses. Nothing here is safe to run twice at the same time for one pair.
    """

    primary: tuple[Context, Half]
    secondary: tuple[Context, Half]
    policy: Policy = SECONDARY
    wait: float = 120.0
    remedies: bool = True
    start_primary: bool = False
    signatures: Sequence[Signature] = SIGNATURES
    attempts: list[Attempt] = field(default_factory=list)
    ladder: Ladder = field(init=False)

    def __post_init__(self) -> None:
        self.ladder = Ladder([self.primary[0], self.secondary[0]])

    def run(self) -> None:
        """Bring the secondary to *running*. Raises what stopped it; does nothing where it is."""
        context, half = self.secondary
        if _is_up(half.runtime):
            return
        self._see_to_the_primary()
        change = Change(
            "power", half.runtime.power, "on", vm=half.vm.name, vmid=half.vm.vmid, path=half.vm.path
        )
        context.carry_out([change], do=self._rise, prove=lambda: [state_of(context, half.vm.vmid)])

    def _see_to_the_primary(self) -> None:
        context, half = self.primary
        if half.runtime.power == "on":
            return
        if not self.start_primary:
            raise Refused(
                f"the primary of {half.vm.name} on {half.host} is not powered on",
                kind="vft.primary_off",
                hint="power it on first, or add --start-primary",
            )
        power_on(context, half.vm, half.runtime.power)

    def _rise(self) -> None:
        context, _ = self.secondary
        retrying = self.policy.retrying(
            retry_on=lambda error: isinstance(error, Again),
            on_retry=lambda number, wait, error: context.say(
                f"attempt {number}: {error}; next in {wait:.0f} s"
            ),
            by=Time(clock=context.clock, sleep=context.sleep),
        )
        try:
            retrying(self._attempt)
        except Again as last:
            self._give_up(last)
        except FtlabError:
            self._restore()
            raise

    def _give_up(self, last: Again) -> None:
        self._restore()
        tried = ", ".join(f"{self.ladder.path} = {value}" for value in self.ladder.tried)
        count = len(self.attempts)
        raise HostFailed(
            f"the secondary of {self.secondary[1].vm.name} is not running after {count} "
            f"attempt{'s' if count != 1 else ''}: {last.message}"
            + (f"; tried {tried} (put back)" if tried else "; no remedy was tried"),
            kind=last.kind,
            hint=last.hint,
        )

    def _restore(self) -> None:
        try:
            self.ladder.back()
        except FtlabError as error:
            self.secondary[0].notes.append(f"could not put {self.ladder.path} back: {error}")

    def _attempt(self) -> None:
        sides = (self.primary, self.secondary)
        marks = [logs.mark(context, half.vm) for context, half in sides]
        context, half = self.secondary
        fault = faults.find_fault(context.session.run(power.build_on(half.vm.vmid)))
        if isinstance(fault, VimFault) and fault.kind == "fault.TaskInProgress":
            self._note("another task is in progress")
            raise Again("another task is in progress on the VM", kind=fault.kind)
        if self._watch(marks, failed=fault is not None):
            self._note("running")
            return
        self._diagnose(marks, fault)

    def _watch(self, marks: list[logs.Mark], *, failed: bool) -> bool:
        """Look until running, off again, or a known failure shows in the logs."""
        context, half = self.secondary
        end = context.clock() + self.wait
        while True:
            now = runtime.parse_runtime(context.ask(runtime.build_runtime(half.vm.vmid)).out)
            if _is_up(now):
                return True
            if now.power != "on" or failed or context.clock() >= end:
                return False
            if any(f.signature.kind != "transient" for f in self._findings(marks)):
                return False
            context.sleep(_LOOK)

    def _lines(self, marks: list[logs.Mark]) -> list[str]:
        sides = (self.primary, self.secondary)
        return [
            line
            for (context, half), mark in zip(sides, marks, strict=True)
            for line in logs.since(context, half.vm, mark)
        ]

    def _findings(self, marks: list[logs.Mark]) -> list[Finding]:
        return findings(self._lines(marks), self.signatures)

    def _diagnose(self, marks: list[logs.Mark], fault: FtlabError | None) -> None:
        """Name the cause, make ready for another attempt, or raise what ends it all."""
        lines = self._lines(marks)
        found = findings(lines, self.signatures)
        self._question()
        self._clear_away()
        if not found:
            self._unknown(lines, fault)
            return
        finding = found[0]
        if finding.signature.kind == "remedy" and self.remedies:
            self._remedy(finding)
        self._note("failed", finding)
        raised = Again if finding.signature.kind == "transient" else HostFailed
        raise raised(
            finding.signature.meaning,
            kind=f"vft.{finding.signature.name}",
            hint=finding.signature.advice,
        )

    def _question(self) -> None:
        context, half = self.secondary
        question = held_up_by(context, half.vm.vmid)
        if question is not None:
            self._note(f"the VM waits for an answer: {question.text}")
            raise Refused(
                f"VM {half.vm.name} waits for an answer: {question.text}",
                kind="vm.question",
                hint=f"ftlab vm.answer --vm vmid:{half.vm.vmid} --limit {half.host}",
            )

    def _clear_away(self) -> None:
        """A secondary that is on without running must go down before it can start again."""
        context, half = self.secondary
        if state_of(context, half.vm.vmid) != "off":
            context.session.run(power.build_off(half.vm.vmid))

    def _remedy(self, finding: Finding) -> None:
        """Take the ladder's next step and raise :class:`Again`; at its end raise the verdict."""
        try:
            value = self.ladder.climb()
        except NotApplicable as missing:
            raise HostFailed(
                f"{finding.signature.meaning}, and the remedy is not to be had: {missing}",
                kind=f"vft.{finding.signature.name}",
                hint=STARVATION,
            ) from missing
        remedy = None if value is None else f"{self.ladder.path} = {value}"
        self._note("failed", finding, remedy)
        verdict = Again(
            finding.signature.meaning,
            kind=f"vft.{finding.signature.name}",
            hint=STARVATION,
        )
        if value is None:
            self._give_up(verdict)
        raise verdict

    def _unknown(self, lines: Sequence[str], fault: FtlabError | None) -> None:
        shown = " | ".join(line.strip() for line in lines[-_QUIET:]) or "no new log lines"
        self._note(str(fault) if fault else "powered on, but never running")
        context, half = self.secondary
        context.notes.append(f"{half.vm.name}, attempt {len(self.attempts)}: {shown}")
        if isinstance(fault, CommandFailed):
            raise Again(fault.message, kind=fault.kind, hint="ftlab vft.diagnose reads the logs")
        raise Again(
            "powered on, but its FT state never came to running",
            kind="vft.not_running",
            hint="ftlab vft.check shows what FT requires",
        )

    def _note(self, result: str, finding: Finding | None = None, remedy: str | None = None) -> None:
        number = len(self.attempts) + 1
        cause = finding.signature.name if finding else None
        self.attempts.append(Attempt(number, result, cause, remedy))
        if finding is not None:
            context, half = self.secondary
            context.notes.append(f"{half.vm.name}, attempt {number}, the log: {finding.line}")

    def facts(self) -> list[dict[str, Any]]:
        """The attempts, each with the VM's name."""
        name = self.secondary[1].vm.name
        return [{"name": name, **asdict(attempt)} for attempt in self.attempts]


def _is_up(now: Runtime) -> bool:
    return now.power == "on" and now.ft_state == "running"
