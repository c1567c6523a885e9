"""The small shell as an SSH exec is handed to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.ast import Chain, Command, Group, If, Script, Simple, Text
from ftlab.sim.shell.call import State
from ftlab.sim.shell.commands import fits
from ftlab.sim.shell.errors import Cut, Hangup, Refused, ShellSyntaxError
from ftlab.sim.shell.host import ShellHost
from ftlab.sim.shell.interpreter import Shell, is_nested
from ftlab.sim.shell.parser import parse
from ftlab.sim.shell.streams import Stream

__all__ = ["Cut", "Hangup", "run", "takes"]


def run(
    host: ShellHost,
    script: bytes,
    streams: dict[int, Stream],
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Run ``script`` on ``host`` and give its exit status (0 to 255).

    ``streams`` are the open files by number (0, 1, 2). ``wait`` sleeps simulated seconds. Raises
    :class:`Hangup` where a stream or ``wait`` does, :class:`Cut` where the host model has the
    connection die.
    """
    return Shell(State(host, wait), streams).main(_decoded(script))


def takes(host: ShellHost, script: bytes) -> bool:
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
    for chain in script:
        for command in _commands(chain):
            if isinstance(command, Group):
                yield from _lines(command.body)
            elif isinstance(command, If):
                for part in (*(half for both in command.branches for half in both),
                             command.otherwise):  # fmt: skip
                    yield from _lines(part)
            elif isinstance(command, Simple) and command.words:
                yield tuple(
                    "".join(part.text if isinstance(part, Text) else "0" for part in word)
                    for word in command.words
                )


def _commands(chain: Chain) -> Iterator[Command]:
    for pipeline in (chain.first, *(pipeline for _, pipeline in chain.rest)):
        yield from pipeline.commands
