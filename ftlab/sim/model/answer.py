"""What a simulated host says to one command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


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
