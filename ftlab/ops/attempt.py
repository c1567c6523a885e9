"""One power-on of an FT secondary: send it, look on until it is settled, gather the logs.

What the host answers to ``power.on`` is not proof: 6.x may say *failed* of a VM that is on, and
a command may outlive its time limit while the VM comes up. The states decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ftlab.errors import CommandTimeout, FtlabError, Refused
from ftlab.esxi import faults, power, runtime
from ftlab.esxi.answer import lines
from ftlab.esxi.runtime import Runtime
from ftlab.esxi.signatures import Finding, Signature, findings
from ftlab.ops.context import Context
from ftlab.ops.logs import Tail
from ftlab.ops.pairs import Half
from ftlab.ops.patience import Patience
from ftlab.ops.power import held_up_by, state_of, wait_for

Side = tuple[Context, Half]
"""One half of a pair, and its host."""

RUNNING = "running"

_LOOK = 0.5  # seconds between two looks
_ACCEPTED = 3.0  # seconds that a step the host accepted gets to show
_DOWN = 10.0  # seconds for a secondary that never ran to be off again
_CONDEMNED = 3.0  # seconds a secondary gets to run all the same, once the logs name a failure


def is_up(now: Runtime) -> bool:
    """Success is the FT state *running*, never *powered on* alone."""
    return now.power == "on" and now.ft_state == RUNNING


def look_at(side: Side) -> Runtime:
    """The half's runtime state as it is now."""
    context, half = side
    return runtime.parse_runtime(context.ask(runtime.build_runtime(half.vm.vmid)).out)


def look_at_secondary(secondary: Side, primary: Side) -> Runtime:
    """The secondary's state. Where it is on and does not say *running*, the primary's word for
    the pair counts too: a host may leave the field out, or be late with it."""
    now = look_at(secondary)
    if now.power != "on" or now.ft_state == RUNNING:
        return now
    told = look_at(primary).ft_state
    return replace(now, ft_state=told) if told == RUNNING or now.ft_state is None else now


@dataclass(frozen=True)
class Seen:
    """How an attempt ended: the secondary's state, the answer's fault, and the log lines."""

    now: Runtime
    fault: FtlabError | None
    findings: tuple[Finding, ...]
    lines: tuple[str, ...]

    @property
    def running(self) -> bool:
        return is_up(self.now)


def refuse_question(*sides: Side) -> None:
    """Raise ``Refused`` (``vm.question``) with a pending question and its choices. It is left
    standing: answering is for whoever knows the disk."""
    for context, half in sides:
        question = held_up_by(context, half.vm.vmid)
        if question is not None:
            choices = ", ".join(f"{key} ({label})" for key, label in question.choices)
            raise Refused(
                f"VM {half.vm.name} waits for an answer: {question.text} Choices: {choices}",
                kind="vm.question",
                hint=f"ftlab vm.answer --vm vmid:{half.vm.vmid} --limit {half.host} --choice N, "
                "then try again",
                question=question.text,
            )


def clear_away(side: Side) -> None:
    """Power off a secondary that is on without running: it cannot start again otherwise."""
    context, half = side
    context.session.run(power.build_off(half.vm.vmid))
    wait_for(context, half.vm.vmid, "off", _DOWN)


@dataclass
class Attempt:
    """Used once. ``patience`` is shared by all attempts of a pair."""

    primary: Side
    secondary: Side
    patience: Patience
    signatures: Sequence[Signature]
    _tails: tuple[Tail, ...] = ()
    _fault: FtlabError | None = None
    _was_on: bool = False
    _condemned: float | None = field(default=None)

    def make(self) -> Seen:
        """Power on and look on. Raises what keeps the host from answering at all."""
        tails = [Tail(context, half.vm) for context, half in (self.secondary, self.primary)]
        session = self.secondary[0].session
        self._tails = tuple(session.together(*(tail.begin for tail in tails)))
        self._fault = self._power_on()
        now = self._settled()
        return Seen(now, self._fault, tuple(self._findings()), tuple(self._lines()))

    def _power_on(self) -> FtlabError | None:
        """The fault of the answer. A secondary that is on already is only looked at."""
        context, half = self.secondary
        if state_of(context, half.vm.vmid) == "on":
            return None
        try:
            return faults.find_fault(context.session.run(power.build_on(half.vm.vmid)))
        except CommandTimeout as late:
            return late

    def _settled(self) -> Runtime:
        began = self.patience.spent
        while True:
            now = self._look()
            if self._is_settled(now, self.patience.spent - began):
                return now
            self.patience.rest(_LOOK)

    def _look(self) -> Runtime:
        """State and logs at the same time."""
        now, *_ = self.secondary[0].session.together(
            lambda: look_at_secondary(self.secondary, self.primary),
            *(tail.read for tail in self._tails),
        )
        assert isinstance(now, Runtime)  # noqa: S101 - together gives back what was called
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

    def _findings(self) -> list[Finding]:
        return findings(self._lines(), self.signatures)

    def _lines(self) -> list[str]:
        """The answer, the VM's own logs of both sides, then what concerns it in the hosts'."""
        said = self._fault.evidence if self._fault else {}
        answer = lines(f"{said.get('stdout', '')}\n{said.get('stderr', '')}")
        own = [line for tail in self._tails for line in tail.own_lines]
        host = [line for tail in self._tails for line in tail.host_lines]
        return [line for line in (*answer, *own, *host) if line]
