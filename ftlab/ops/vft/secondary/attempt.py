"""One start of an FT secondary, whoever makes it, and what was seen of it.

What a host answers to ``power.on`` is not proof: 6.x may say *failed* of a VM that is on, and a
command may outlive its time limit while the VM comes up. The states decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from ftlab.errors import CommandTimeout, FtlabError, HostError, QuestionPending, VimFault
from ftlab.esxi import faults
from ftlab.esxi.logs.signatures import Finding, Signature, findings
from ftlab.esxi.text import lines
from ftlab.esxi.vm import power, power_task, runtime
from ftlab.esxi.vm.runtime import Runtime
from ftlab.ops.vft.logs.cpu_evidence import cpu_evidence
from ftlab.ops.vft.logs.receive_queue import note_receive_queues
from ftlab.ops.vft.logs.tail import Tail
from ftlab.ops.vft.secondary.verdict import Seen, Side, Starter, for_the_pair, is_up
from ftlab.ops.vms.power_on import send_power_on
from ftlab.ops.vms.questions import answer_expected, held_up_by
from ftlab.retry import WaitBudget

_LOOK = 0.5  # seconds between two looks
_ACCEPTED = 3.0  # seconds that a step the host accepted gets to show
_CONDEMNED = 3.0  # seconds a secondary gets to run all the same, once the logs name a failure
_LATE = 1.0  # seconds that the rest of the log may take, once somebody else's start has failed


@dataclass
class Attempt:
    """:meth:`begin`, then let somebody start the secondary, then :meth:`watch`. ``budget`` is
    shared by all attempts of a pair; ``given`` are the questions answered so far."""

    primary: Side
    secondary: Side
    budget: WaitBudget
    signatures: Sequence[Signature]
    given: set[str] = field(default_factory=set)
    starter: Starter = "host"
    _tails: tuple[Tail, ...] = ()
    _fault: FtlabError | None = None
    _question: QuestionPending | None = None
    _now: Runtime = field(default_factory=Runtime)
    _states: list[str | None] = field(default_factory=list)
    _was_on: bool = False
    _trouble: float | None = None

    def begin(self) -> str:
        """Remember where the logs end; the secondary's power."""
        context, half = self.secondary
        one, other = self._tails = tuple(
            Tail(context, half.vm, half.config.log_directory, half.config.uuids)
            for context, half in (self.secondary, self.primary)
        )
        state = power.build_get_state(half.vm.vmid)
        answers, _ = context.session.together(lambda: one.begin(state), other.begin)
        return power.parse_state(faults.check(answers[0]).out)

    def following(self) -> Attempt:
        """The next start of somebody else: the logs are read on from here."""
        return Attempt(
            self.primary, self.secondary, self.budget, self.signatures, self.given, self.starter,
            self._tails,
        )  # fmt: skip

    def forget(self) -> None:
        """Leave out what the logs have said so far."""
        for tail in self._tails:
            tail.forget()

    def send(self) -> None:
        """Our power-on of the secondary. A fault in the answer is not the last word."""
        context, half = self.secondary
        try:
            done = send_power_on(context, half.vm, self.given)
            self._fault = faults.find_fault(done) if done else _given_up()
        except CommandTimeout as late:
            self._fault = late
        except QuestionPending as pending:
            self._question = pending

    def watch(self, before: str, *, ours: bool = False) -> Seen:
        """Look on until it is settled; ``before`` is the secondary's power at the beginning.
        Raises what keeps the host from answering at all."""
        began, (context, half) = self.budget.spent, self.secondary
        while True:
            look = self.budget.spent
            with context.waiting(f"waits for {half.vm.name} to run", self.budget.left):
                self.budget.look(self._look)
                if self._is_settled(self.budget.spent - began) and not self._answered():
                    return self._seen(before, ours=ours)
                self.budget.rest(_LOOK - (self.budget.spent - look))

    def seen_afterwards(self, before: str, found: Sequence[Finding], logged: Sequence[str]) -> Seen:
        """A start that was over before anybody looked, by what it has left in the logs."""
        self.budget.look(self._look)
        self._answered()
        return Seen(
            self.starter, before, self._now, self._states[-1], findings=tuple(found),
            logged=tuple(logged), question=self._question,
        )  # fmt: skip

    def _look(self) -> None:
        """State, then logs, on both hosts at the same time."""
        asked = [
            partial(tail.read, runtime.build_runtime(half.vm.vmid))
            for tail, (_, half) in zip(self._tails, (self.secondary, self.primary), strict=True)
        ]
        found = self.secondary[0].session.together(*asked)
        now, other = (runtime.parse_runtime(faults.check(x).out) for (x,) in found)
        self._now = for_the_pair(now, other)
        self._states.append(other.ft_state)
        self._was_on = self._was_on or now.power == "on"

    def _is_settled(self, seconds: float) -> bool:
        now = self._now
        if is_up(now) or now.question is not None or self._question or self.budget.over:
            return True
        if now.power == "on":
            return self._has_failed(_CONDEMNED, *("remedy", "permanent", "question", "generic"))
        if self.starter != "host":
            return self._has_failed(_LATE)
        if self._was_on or seconds >= _ACCEPTED:
            return True
        if self._fault is None or isinstance(self._fault, CommandTimeout):
            return False
        return seconds >= _LOOK or bool(self._findings())  # the logs may come a moment later

    def _has_failed(self, seconds: float, *kinds: str) -> bool:
        """Whether failure has shown for so many seconds: in the logs (of these ``kinds``), or, of
        a start that is somebody else's, in what became of it."""
        shown = any(not kinds or each.signature.kind in kinds for each in self._findings())
        fell = self._now.power != "on" and (self._was_on or self._turned_off)
        if self._trouble is None and (shown or fell):
            self._trouble = self.budget.spent
        return self._trouble is not None and self.budget.spent - self._trouble >= seconds

    @property
    def _turned_off(self) -> bool:
        """Whether vCenter has disabled FT meanwhile, as it does after a start that failed."""
        return self._states[-1] == "disabled" and self._states[0] != "disabled"

    def _answered(self) -> bool:
        """Whether a question was answered, so that it goes on."""
        if self.running or self._question:
            return False
        sides = (self.secondary, self.primary)
        asked = [partial(held_up_by, context, half.vm.vmid) for context, half in sides]
        found = self.secondary[0].session.together(*asked)
        try:
            for (context, half), question in zip(sides, found, strict=True):
                if question is not None:
                    answer_expected(context, half.vm, question, self.given)
        except QuestionPending as pending:
            self._question = pending
            return False
        return any(question is not None for question in found)

    @property
    def running(self) -> bool:
        return is_up(self._now)

    def _seen(self, before: str, *, ours: bool) -> Seen:
        gaps = dict.fromkeys(gap for tail in self._tails for gap in tail.gaps)
        found = self._findings()
        said = cpu_evidence(self.secondary[0], found)
        note_receive_queues([context for context, _ in (self.secondary, self.primary)], found)
        fault = self._fault if self.running else self._named_fault()
        return Seen(
            self.starter, before, self._now, self._states[-1], fault,
            tuple(self._findings(*said)), tuple(self._answer()), tuple(self._logged()),
            tuple(gaps), self._question, ours, self._was_on and self._now.power != "on",
        )  # fmt: skip

    def _named_fault(self) -> FtlabError | None:
        """The fault in the answer; where it has no name (6.0, 6.5), that of hostd's task."""
        context, half = self.secondary
        if self._fault is None or self._fault.kind != "power.failed":
            return self._fault
        key = power_task.find_power_on(half.vm.vmid, self._logged())
        with suppress(HostError):
            told = key and context.ask(power_task.build_task_info(key)).out
            if error := told and power_task.parse_task_error(told):
                name, words = error
                evidence = {**self._fault.evidence, "words": words}
                return VimFault(f"{name}: {words}", kind=f"fault.{name}", **evidence)
        return self._fault

    def _findings(self, *said: str) -> list[Finding]:
        return findings([*self._answer(), *self._logged(), *said], self.signatures)

    def _answer(self) -> list[str]:
        """What the host said to the power-on, if that was a failure."""
        said = self._fault.evidence if self._fault else {}
        return [x for x in lines(f"{said.get('stdout', '')}\n{said.get('stderr', '')}") if x]

    def _logged(self) -> list[str]:
        """The VM's own logs of both sides, then what concerns it in the hosts'."""
        own = [line for tail in self._tails for line in tail.own_lines]
        host = [line for tail in self._tails for line in tail.host_lines]
        return [line for line in (*own, *host) if line]


def _given_up() -> CommandTimeout:
    return CommandTimeout("power.on was not waited for any longer; it may still be running")
