"""The small shell as an SSH exec is handed to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ftlab.sim.model.answer import encode
from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.ast import Group, If, Script, Simple, Text
from ftlab.sim.shell.call import State
from ftlab.sim.shell.commands import fits
from ftlab.sim.shell.errors import Refused, ShellSyntaxError
from ftlab.sim.shell.interpreter import Shell, is_nested
from ftlab.sim.shell.parser import parse
from ftlab.sim.shell.streams import Stream


def run(
    host: SimHost,
    script: bytes,
    streams: dict[int, Stream],
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Run ``script`` on ``host`` and give its exit status (0 to 255).

    ``streams`` are the open files by number (0, 1, 2). ``wait`` sleeps simulated seconds. Raises
    :class:`~ftlab.sim.shell.errors.Hangup` where a stream or ``wait`` does, ``Cut`` where the host
    model has the connection die.
    """
    return Shell(State(host, wait), streams).main(_decoded(script))


def takes(host: SimHost, script: bytes) -> bool:
    """Whether the small shell does all of ``script``, as far as that can be told beforehand."""
    try:
        tree = parse(_decoded(script))
    except Refused:
        return False
    except ShellSyntaxError:
        return True
    state = State(host, lambda _seconds: None)
    return all(
        takes(host, encode(argv[2])) if is_nested(argv) else fits(state, argv)
        for argv in _lines(tree)
    )


def _decoded(script: bytes) -> str:
    return script.decode("utf-8", "surrogateescape")


def _lines(script: Script) -> Iterator[tuple[str, ...]]:
    """All simple commands, with ``0`` for variables."""
    for command in (command for pipeline in script for command in pipeline.commands):
        match command:
            case Group(body):
                yield from _lines(body)
            case If(branches, otherwise):
                for part in (*(half for both in branches for half in both), otherwise):
                    yield from _lines(part)
            case Simple(words) if words:
                yield tuple(
                    "".join(part.text if isinstance(part, Text) else "0" for part in word)
                    for word in words
                )
