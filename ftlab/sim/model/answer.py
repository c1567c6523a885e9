"""What a simulated host says to one command."""

from __future__ import annotations

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


def say(stdout: str = "", stderr: str = "", exit: int = 0) -> Answer:
    """An answer from text; what is not UTF-8 in it (surrogates) goes out as the raw bytes."""
    return Answer(exit, encode(stdout), encode(stderr))


def encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
