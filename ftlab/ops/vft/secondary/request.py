"""What ``vft.power-on-secondary`` was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from ftlab.errors import UsageError
from ftlab.esxi.logs.signatures import SIGNATURES, Signature
from ftlab.ops.vft.secondary.remedies import Step, steps
from ftlab.ops.vms.power import GUEST_WAIT
from ftlab.retry import SECONDARY, Policy

TASK = "vft.power-on-secondary"
WAIT = 25.0
"""Seconds of waiting and looking in all: with it five attempts and their remedies end within 30 s
where hosts answer at once."""

Trigger = Literal["auto", "host", "primary", "vcenter"]
"""Who is to start the secondary; ``auto``: its host, and vCenter where that leaves it to it."""
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)


def parse_trigger(text: str) -> Trigger:
    """Raises ``UsageError`` for any other word."""
    for known in TRIGGERS:
        if text == known:
            return known
    raise UsageError(f"--trigger {text}: takes {', '.join(TRIGGERS)}")


@dataclass(frozen=True)
class PowerOnSecondary:
    """``wait``: the seconds of waiting and looking that all attempts of a pair have together, for
    *running* and between attempts; ``remedies`` False only diagnoses; ``net_timeout``, in seconds,
    adds the remedy that is off by default; ``guest_wait``: the seconds that the primary's guest
    gets to shut down."""

    vm: tuple[str, ...]
    remedies: bool = True
    start_primary: bool = False
    wait: float = WAIT
    attempts: int = 5
    net_timeout: int | None = None
    signatures: tuple[Signature, ...] = SIGNATURES
    trigger: Trigger = "auto"
    guest_wait: float = GUEST_WAIT

    @property
    def policy(self) -> Policy:
        return replace(SECONDARY, attempts=self.attempts, deadline=self.wait)

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps(self.net_timeout)
