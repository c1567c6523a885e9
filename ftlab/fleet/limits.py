"""What bounds a run over many hosts, and how the command line spells it."""

from __future__ import annotations

import math
import re

from ftlab.errors import UsageError
from ftlab.frozen import frozen

#: Hosts worked on at the same time by one core. A host spends its 2 to 3 s of a recipe waiting for
#: its own agents and costs the controller some 15 ms of CPU, so 128 keep one core busy and not more
#: (and take some 30 MB). What is behind one jump host or on one physical host has its own limits.
DEFAULT_PARALLEL = 128

#: Nested hosts of one physical host worked on at the same time, where the inventory names it.
DEFAULT_PER_PHYSICAL = 8


@frozen(slots=True)
class Share:
    """A number of hosts (``5``), or a percentage of all hosts of the run (``25%``)."""

    amount: int
    percent: bool = False

    def at_most(self, total: int) -> int:
        """Hosts out of ``total``, a percentage rounded down, yet at least one."""
        return max(1, self.amount * total // 100) if self.percent else self.amount

    def at_least(self, total: int) -> int:
        """Hosts out of ``total``, a percentage rounded up, yet at least one."""
        return max(1, math.ceil(self.amount * total / 100)) if self.percent else self.amount

    def __str__(self) -> str:
        return f"{self.amount}%" if self.percent else str(self.amount)


@frozen(slots=True)
class Limits:
    """The rules of one run.

    ``parallel``: hosts at the same time (``None``: as many as the cores that work on them have
    time for). ``batch``: sizes of successive batches, the last one
    repeated; the next batch begins when the whole one before it has ended. ``max_fail``: once
    that many hosts have failed or were unreachable, no new host is started; ``fail_fast`` is a
    ``max_fail`` of one. ``deadline``: seconds for the whole run. ``per_physical``: hosts at the
    same time on one ``Host.physical_host``.
    """

    parallel: int | None = None
    batch: tuple[Share, ...] = ()
    max_fail: Share | None = None
    deadline: float | None = None
    fail_fast: bool = False
    per_physical: int = DEFAULT_PER_PHYSICAL

    def __post_init__(self) -> None:
        if self.at_once < 1 or self.per_physical < 1:
            raise UsageError("at least one host at a time must be allowed (--parallel 1 or more)")
        if self.deadline is not None and not 0 < self.deadline < math.inf:
            raise UsageError("--deadline takes a number of seconds above 0")

    @property
    def at_once(self) -> int:
        """Hosts at the same time."""
        return DEFAULT_PARALLEL if self.parallel is None else self.parallel

    def failures_allowed(self, total: int) -> int | None:
        """How many failed hosts out of ``total`` end the run; ``None``: no number does."""
        if self.fail_fast:
            return 1
        return None if self.max_fail is None else self.max_fail.at_least(total)


def parse_batch(text: str) -> tuple[Share, ...]:
    """``1,5,25%`` as batch sizes. Raises :class:`UsageError` for anything else."""
    return tuple(_share(part, "--batch", text) for part in text.split(","))


def parse_max_fail(text: str) -> Share:
    """``3`` or ``10%`` as the number of failures that stops a run. Raises :class:`UsageError`."""
    return _share(text, "--max-fail", text)


def parse_parallel(text: str) -> int:
    """A whole number of hosts, 1 or more. Raises :class:`UsageError`."""
    share = _share(text, "--parallel", text)
    if share.percent:
        raise UsageError(f"--parallel {text}: takes a number of hosts, not a percentage")
    return share.amount


def parse_deadline(text: str) -> float:
    """Seconds above 0. Raises :class:`UsageError`."""
    return parse_seconds("--deadline", text)


def parse_seconds(flag: str, text: str, *, zero: bool = False) -> float:
    """A number of seconds above 0, or with ``zero`` also 0; fractions are allowed. Raises
    :class:`UsageError`, which names the flag."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf or (seconds == 0 and not zero):
        least = "0 or more" if zero else "above 0"
        raise UsageError(f"{flag} {text}: takes a number of seconds, {least}")
    return seconds


def _share(part: str, flag: str, whole: str) -> Share:
    match = re.fullmatch(r"\s*([0-9]{1,9})\s*(%?)\s*", part)
    if not match:
        raise UsageError(
            f"{flag} {whole}: {part.strip()!r} is neither a number of hosts nor a percentage",
            hint=f"for example {flag} {'1,5,25%' if flag == '--batch' else '3'}",
        )
    amount, percent = int(match[1]), bool(match[2])
    if amount < 1 or (percent and amount > 100):
        raise UsageError(f"{flag} {whole}: {part.strip()} is out of range (1 or more, 1% to 100%)")
    return Share(amount, percent)
