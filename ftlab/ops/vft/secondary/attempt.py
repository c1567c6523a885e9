"""One power-on of an FT secondary: send it, look on until it is settled, gather the logs.

What the host answers to ``power.on`` is not proof: 6.x may say *failed* of a VM that is on, and
a command may outlive its time limit while the VM comes up. The states decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ftlab.engine.context import Context
from ftlab.errors import CommandTimeout, FtlabError, Refused
from ftlab.esxi import faults
from ftlab.esxi.logs.signatures import Finding, Signature, findings
from ftlab.esxi.text import lines
from ftlab.esxi.vm import power, runtime
from ftlab.esxi.vm.runtime import Runtime
from ftlab.ops.vft.logs.cpu_evidence import cpu_evidence
from ftlab.ops.vft.logs.tail import Tail
from ftlab.ops.vft.pairs import Half
from ftlab.ops.vft.secondary.wait_budget import Patience
from ftlab.ops.vms.questions import held_up_by

Side = tuple[Context, Half]
"""One half of a pair, and its host."""

RUNNING = "running"

_LOOK = 0.5  # seconds between two looks
_ACCEPTED = 3.0  # seconds that a step the host accepted gets to show
_CONDEMNED = 3.0  # seconds a secondary gets to run all the same, once the logs name a failure


def is_up(now: Runtime) -> bool:
    """Success is the FT state *running*, never *powered on* alone."""
    return now.power == "on" and now.ft_state == RUNNING


def look_at(side: Side) -> Runtime:
    """The half's runtime state as it is now."""
    context, half = side
    return runtime.parse_runtime(context.ask(runtime.build_runtime(half.vm.vmid)).out)


def look_at_secondary(secondary: Side, primary: Side) -> Runtime:
    """The secondary's state. Where it is on and does not say *running*, what the primary says
    of the pair counts too: a host may leave the field out, or be late with it. Both are asked
    at the same time."""
    now, other = secondary[0].session.together(lambda: look_at(secondary), lambda: look_at(primary))
    return _for_the_pair(now, other)


def _for_the_pair(now: Runtime, other: Runtime) -> Runtime:
    if now.power != "on" or now.ft_state == RUNNING:
        return now
    said = other.ft_state
    return replace(now, ft_state=said) if said == RUNNING or now.ft_state is None else now


@dataclass(frozen=True)
class Seen:
    """How an attempt ended: the secondary's power ``before`` and its state ``now``, the answer's
    fault and lines, the new lines of the logs, and what of the logs could not be read."""

    before: str
    now: Runtime
    fault: FtlabError | None
    findings: tuple[Finding, ...]
    answer: tuple[str, ...]
    logged: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def running(self) -> bool:
        return is_up(self.now)


def refuse_question(*sides: Side) -> None:
    """Raise ``Refused`` (``vm.question``) with a pending question and its choices. It is left
    standing: answering is for whoever knows the disk."""
    asked = [partial(held_up_by, context, half.vm.vmid) for context, half in sides]
    found = sides[0][0].session.together(*asked)
    for (_, half), question in zip(sides, found, strict=True):
        if question is not None:
            raise Refused(
                f"VM {half.vm.name} waits for an answer: {question.text} "
                f"Choices: {question.listed}",
                kind="vm.question",
                hint=f"ftlab vm.answer --vm vmid:{half.vm.vmid} --limit {half.host} --choice N, "
                "then try again",
                question=question.text,
            )


@dataclass
class Attempt:
    """Used once: :meth:`begin`, then :meth:`send` unless the secondary is on, then :meth:`watch`.
    ``patience`` is shared by all attempts of a pair."""

    primary: Side
    secondary: Side
    patience: Patience
    signatures: Sequence[Signature]
    _tails: tuple[Tail, ...] = ()
    _fault: FtlabError | None = None
    _was_on: bool = False
    _condemned: float | None = field(default=None)

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

    def watch(self, before: str) -> Seen:
        """Look on until it is settled; ``before`` is the secondary's power at the beginning.
        Raises what keeps the host from answering at all."""
        now = self._settled()
        gaps = dict.fromkeys(gap for tail in self._tails for gap in tail.gaps)
        said = cpu_evidence(self.secondary[0], self._findings())
        return Seen(
            before, now, self._fault, tuple(self._findings(*said)),
            tuple(self._answer()), tuple(self._logged()), tuple(gaps),
        )  # fmt: skip

    def send(self) -> None:
        """The power-on. A fault in the answer is not the last word."""
        context, half = self.secondary
        try:
            self._fault = faults.find_fault(context.session.run(power.build_on(half.vm.vmid)))
        except CommandTimeout as late:
            self._fault = late

    def _settled(self) -> Runtime:
        began = self.patience.spent
        while True:
            before = self.patience.spent
            now = self.patience.look(self._look)
            if self._is_settled(now, self.patience.spent - began):
                return now
            self.patience.rest(_LOOK - (self.patience.spent - before))

    def _look(self) -> Runtime:
        """State, then logs, on both hosts at the same time."""
        asked = [
            partial(tail.read, runtime.build_runtime(half.vm.vmid))
            for tail, (_, half) in zip(self._tails, (self.secondary, self.primary), strict=True)
        ]
        found = self.secondary[0].session.together(*asked)
        now = _for_the_pair(*(runtime.parse_runtime(faults.check(x).out) for (x,) in found))
        self._was_on = self._was_on or now.power == "on"
        return now

    def _is_settled(self, now: Runtime, seconds: float) -> bool:
        if is_up(now) or now.question is not None or self.patience.over:
            return True
        if now.power == "on":
            return self._is_condemned()
        if self._was_on or seconds >= _ACCEPTED:
            return True
        if self._fault is None or isinstance(self._fault, CommandTimeout):
            return False
        return seconds >= _LOOK or bool(self._findings())  # the logs may come a moment later

    def _is_condemned(self) -> bool:
        """Whether the logs have named a failure for a while."""
        if self._condemned is None and any(
            finding.signature.kind != "transient" for finding in self._findings()
        ):
            self._condemned = self.patience.spent
        return self._condemned is not None and self.patience.spent - self._condemned >= _CONDEMNED

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
