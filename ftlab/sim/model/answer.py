"""What a simulated host says to one command, and what faults make of that: as data."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal


@dataclass(frozen=True, slots=True)
class Answer:
    """``exit`` is the exit status. ``seconds`` is the simulated time the command takes, which
    the transport waits (``math.inf``: it never ends). ``cut``: the connection dies in place of
    the answer, after ``seconds``."""

    exit: int = 0
    stdout: bytes = b""
    stderr: bytes = b""
    seconds: float = 0.0
    cut: bool = False
    pending: Callable[[], Answer | None] | None = None
    """Set while the command waits for something to happen: asked again and again, it gives None
    until that, and then the answer in place of this one."""


def say(stdout: str = "", stderr: str = "", exit: int = 0) -> Answer:
    """An answer from text; what is not UTF-8 in it (surrogates) goes out as the raw bytes."""
    return Answer(exit, encode(stdout), encode(stderr))


def only(forms: str, exit: int = 1) -> Answer:
    """The refusal of what is asked in another form than these."""
    return say(stderr=f"This simulated host has only: {forms}\n", exit=exit)


LOOK = 0.05
"""Seconds between two looks at an answer that is pending."""


def settled(answer: Answer, wait: Callable[[float], None]) -> Answer:
    """The answer once it is there; ``wait`` sleeps, and raises where nobody waits any more."""
    while answer.pending is not None:
        following = answer.pending()
        if following is None:
            wait(LOOK)
        else:
            answer = following
    return answer


def encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


What = Literal["error", "lie", "hang", "cut", "slow", "reboot"]
MOMENTS = ("connect", "banner", "auth", "exec")


@dataclass
class Fault:
    """One thing that goes wrong.

    ``where`` is a moment of the connection (one of :data:`MOMENTS`, honoured by the server) or
    a command: the argv joined by blanks begins with it or matches it as a glob.
    ``times``: how often it strikes (``None``: always), after letting ``skip`` matches pass.

    ====== ==================================================================================
    error  the command is not carried out; ``exit``, ``stdout`` and ``stderr`` are the answer
    lie    as error, but with exit 0 unless ``exit`` says otherwise: it only claims success
    hang   nothing is ever said
    cut    the connection dies; a command with ``runs`` has been carried out by then
    slow   the answer comes ``seconds`` later, and up to ``jitter`` more
    reboot the host goes down at once and is back after ``seconds``
    ====== ==================================================================================
    """

    where: str
    times: int | None = 1
    what: What = "error"
    exit: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    seconds: float = 0.0
    jitter: float = 0.0
    skip: int = 0
    runs: bool = False

    def strikes(self, moment: str) -> bool:
        """Whether it strikes here and now. Counts: ask once per event."""
        if self.times == 0 or not self._matches(moment):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def _matches(self, moment: str) -> bool:
        if self.where in MOMENTS or moment in MOMENTS:
            return moment == self.where
        return moment.startswith(self.where) or fnmatchcase(moment, self.where)

    def delay(self) -> float:
        """How much later a slow answer comes, this time."""
        return self.seconds + self.jitter * random.random()  # noqa: S311 - no secret

    def change(self, answer: Answer) -> Answer:
        """What is said in place of ``answer``."""
        if self.what == "slow":
            return replace(answer, seconds=answer.seconds + self.delay())
        if self.what == "hang":
            return Answer(seconds=math.inf)
        if self.what in ("cut", "reboot"):
            seconds = self.seconds if self.what == "cut" else 0.0
            return Answer(exit=255, seconds=seconds, cut=True)
        status = int(self.what != "lie") if self.exit is None else self.exit
        return Answer(status, self.stdout, self.stderr, self.seconds)
