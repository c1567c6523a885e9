"""The output of a command, line by line while it comes."""

from __future__ import annotations

from ftlab.engine.context import Context
from ftlab.model import Command, Completed
from ftlab.session import StartedCommand

_LOOK = 0.2
"""Seconds between two looks at what has come."""


def streamed(context: Context, command: Command) -> Completed:
    """Run one command, and tell every whole line as soon as it is there. Raises as the session
    does; what the command has said until then is told."""
    lines = _Lines(context)
    with context.session.started(command) as running:
        try:
            while (done := running.wait(_LOOK)) is None:
                lines.take(running)
        finally:
            lines.take(running)
            lines.end()
    return done


class _Lines:
    """Both streams as far as they have been told; the rest of a line waits for its end."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._taken = [0, 0]
        self._rest = [b"", b""]

    def take(self, running: StartedCommand) -> None:
        for at, data in enumerate(running.said(*self._taken)):
            self._taken[at] += len(data)
            *whole, self._rest[at] = (self._rest[at] + data).split(b"\n")
            for line in whole:
                self._tell(at, line)

    def end(self) -> None:
        for at, rest in enumerate(self._rest):
            if rest:
                self._tell(at, rest)

    def _tell(self, stream: int, line: bytes) -> None:
        text = line.removesuffix(b"\r").decode("utf-8", "surrogateescape")
        self._context.say(f"! {text}" if stream else text)
