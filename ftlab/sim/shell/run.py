"""The small shell as an SSH exec is handed to it: it walks the syntax tree of a script."""

from __future__ import annotations

import errno
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from ftlab.sim.model.answer import encode
from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.ast import Command, Compound, Pipeline, Redirect, Script, Simple, Word
from ftlab.sim.shell.call import NOTHING, Call, Exit, Refused, ShellSyntaxError, State, Stream
from ftlab.sim.shell.commands import find, fits
from ftlab.sim.shell.parser import parse

WRONG = 2
"""Exit status of a line that is no command, or that this shell refuses."""
_SPLITS = frozenset(" \t\n*?[")
_MODES = {"<": "rb", ">": "wb", ">>": "ab"}


def run(
    host: SimHost,
    script: bytes,
    streams: dict[int, Stream],
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Run ``script`` on ``host`` and give its exit status (0 to 255).

    ``streams`` are the open files by number (0, 1, 2). ``wait`` sleeps simulated seconds. Raises
    :class:`~ftlab.sim.shell.call.Hangup` where a stream or ``wait`` does, ``Cut`` where the host
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
        takes(host, encode(argv[2])) if _is_nested(argv) else fits(state, argv)
        for argv in _lines(tree)
    )


def _decoded(script: bytes) -> str:
    return script.decode("utf-8", "surrogateescape")


def _lines(tree: object) -> Iterator[tuple[str, ...]]:
    """All simple commands below a node of the syntax tree, with ``0`` for variables."""
    match tree:
        case Simple(words, _, variable):
            if words and not variable:
                yield tuple("".join("0" if p.variable else p.text for p in word) for word in words)
        case tuple():
            for branch in tree:
                yield from _lines(branch)


def _is_nested(argv: tuple[str, ...]) -> bool:
    """Whether it is ``sh -c SCRIPT``, which the small shell runs itself."""
    return argv[:2] == ("sh", "-c") and len(argv) == 3


@dataclass
class Shell:
    """One shell with its open files."""

    state: State
    streams: dict[int, Stream]

    def main(self, text: str) -> int:
        """Run a whole script; gives its status. What is no command, or refused, is told."""
        try:
            self.script(parse(text))
        except Exit as end:
            self.state.status = end.status
        except (ShellSyntaxError, Refused) as error:
            self.complain(str(error), WRONG)
        return self.state.status

    def complain(self, message: str, status: int) -> None:
        call = Call((self.state.name,), self.state, self.streams)
        self.state.status = call.complain(message, status)

    def script(self, script: Script) -> None:
        for pipeline in script:
            if pipeline.after == ";" or (self.state.status == 0) == (pipeline.after == "&&"):
                self._pipeline(pipeline)

    def _pipeline(self, pipeline: Pipeline) -> None:
        """The commands of a pipe run one after the other, each in a shell of its own."""
        *first, last = pipeline.commands
        streams = dict(self.streams)
        for command in first:
            made = io.BytesIO()
            self._alone(command, streams | {1: made})
            streams[0] = io.BytesIO(made.getvalue())
        if first:
            self._alone(last, streams)
        else:
            self._command(last)
        if pipeline.negated:
            self.state.status = int(self.state.status == 0)

    def _alone(self, command: Command, streams: dict[int, Stream]) -> None:
        state = replace(self.state, variables=dict(self.state.variables))
        try:
            Shell(state, streams)._command(command)
        except Exit as end:
            state.status = end.status
        self.state.status = state.status

    def _command(self, command: Command) -> None:
        with ExitStack() as opened:
            inner = Shell(self.state, dict(self.streams))
            for redirect in command.redirects:
                target = self._text(redirect.target)
                try:
                    inner._redirect(redirect, target, opened)
                except OSError as error:
                    self._complain_of(redirect, target, error)
                    return
            if isinstance(command, Compound):
                inner._compound(command)
            else:
                inner._simple(command)

    def _redirect(self, redirect: Redirect, target: str, opened: ExitStack) -> None:
        """Raises ``OSError``."""
        if redirect.operator in ("<<", "<<-"):
            self.streams[redirect.fd] = io.BytesIO(encode(redirect.here))
        elif redirect.operator == ">&":
            if target not in ("1", "2"):
                raise Refused(f"the redirection >&{target}")
            self.streams[redirect.fd] = self.streams[int(target)]
        else:
            local = Path(os.devnull) if target == NOTHING else self.state.path(target)
            file = local.open(_MODES[redirect.operator], buffering=0)
            self.streams[redirect.fd] = opened.enter_context(file)

    def _complain_of(self, redirect: Redirect, target: str, error: OSError) -> None:
        """Says in ash's words that a file does not open."""
        verb, missing = "create", "nonexistent directory"
        if redirect.operator == "<":
            verb, missing = "open", "no such file"
        why = missing if error.errno == errno.ENOENT else error.strerror
        self.complain(f"can't {verb} {target}: {why}", 1)

    def _compound(self, command: Compound) -> None:
        chosen = command.otherwise
        for condition, body in command.branches:
            self.script(condition)
            if self.state.status == 0:
                chosen = body
                break
        self.script(chosen)
        if not chosen:
            self.state.status = 0

    def _simple(self, command: Simple) -> None:
        state = self.state
        if command.variable:
            state.variables[command.variable] = self._text(command.words[0])
            state.status = 0
            return
        argv = tuple(word for each in command.words for word in self._arguments(each))
        if not argv:
            state.status = 0
        elif _is_nested(argv):
            state.host.commands.append(argv)
            inner = State(state.host, state.wait, cwd=state.cwd)
            state.status = Shell(inner, self.streams).main(argv[2])
        else:
            state.status = find(state, argv[0])(Call(argv, state, self.streams))

    def _text(self, word: Word) -> str:
        """A word as one string."""
        return "".join(self._value(part.text) if part.variable else part.text for part in word)

    def _arguments(self, word: Word) -> list[str]:
        """A word as arguments: one, or none where nothing but unset variables stands there."""
        for part in word:
            if part.variable and not part.quoted and _SPLITS & set(self._value(part.text)):
                raise Refused(f"an unquoted ${part.text} with blanks or patterns in it")
        text = self._text(word)
        return [text] if text or any(part.quoted for part in word) else []

    def _value(self, name: str) -> str:
        own = {"?": str(self.state.status), "PWD": self.state.cwd}
        return (self.state.variables | own).get(name, "")
