"""What follows from one attempt to bring a secondary up: nothing more, another one with or
without a remedy, or the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ftlab.errors import HostFailed, NotApplicable, Refused
from ftlab.esxi.logs.signatures import STARVATION, Finding
from ftlab.ops.vft.secondary.attempt import Seen, Side, refuse_question
from ftlab.ops.vft.secondary.attempt_log import Again, Tries
from ftlab.ops.vft.secondary.power import Switch
from ftlab.ops.vft.secondary.remedies import Ladder


@dataclass
class Judge:
    """``sides``: the secondary's first. ``is_last`` says whether no other attempt can follow;
    ``remedies`` False only diagnoses."""

    sides: tuple[Side, Side]
    tries: Tries
    switch: Switch
    ladder: Ladder
    is_last: Callable[[], bool]
    remedies: bool = True

    def judge(self, seen: Seen) -> None:
        """Be content, or raise: :class:`Again`, or the error that ends it all."""
        if seen.running:
            self.tries.note("running")
            return
        self._question()
        if not seen.findings:
            raise self._unexplained(seen)
        finding = seen.findings[0]
        if finding.signature.kind == "remedy" and self.remedies and not self._is_foreign:
            raise self._remedied(finding)
        self.tries.note("failed", finding)
        raise self._known(finding)

    @property
    def _is_foreign(self) -> bool:
        """A secondary that is on, and that this run did not power on: it is only watched."""
        return self.switch.stuck and not self.switch.ours

    def _question(self) -> None:
        try:
            refuse_question(*self.sides)
        except Refused as waiting:
            self.tries.note(f"waits for an answer: {waiting.evidence['question']}")
            raise

    def _unexplained(self, seen: Seen) -> Again:
        """A state in which the host refuses the power-on, and which stays, is no passing one."""
        refused = seen.fault is not None and seen.fault.kind == "fault.InvalidPowerState"
        same = refused and seen.now.power == seen.before
        return self.tries.unexplained(seen, final=same or self._is_foreign)

    def _known(self, finding: Finding) -> HostFailed | Again:
        signature = finding.signature
        kind, words = f"vft.{signature.name}", signature.meaning
        if signature.kind in {"transient", "generic"} or self._is_foreign:
            return Again(words, kind=kind, hint=signature.advice, final=self._is_foreign)
        return HostFailed(f"{self.tries.name}: {words}", kind=kind, hint=signature.advice)

    def _remedied(self, finding: Finding) -> Again:
        """Take the ladder's next step, if an attempt is left to try it; at the ladder's end the
        failure is final."""
        kind, meaning = f"vft.{finding.signature.name}", finding.signature.meaning
        self.tries.note("failed", finding)
        try:
            if self.is_last() and (step := self.ladder.coming()) is not None:
                hint = f"{step} would be next: it needs one more of --attempts, or a longer --wait"
                return Again(meaning, kind=kind, hint=hint, final=True)
            step = self.ladder.take_next()
        except NotApplicable as missing:
            words = f"{meaning}, and the remedy is not to be had: {missing}"
            return Again(words, kind=kind, hint=STARVATION, final=True)
        if step is None:
            return Again(meaning, kind=kind, hint=STARVATION, final=True)
        self.tries.remedied(str(step))
        return Again(meaning, kind=kind, hint=STARVATION, remedy=True)
