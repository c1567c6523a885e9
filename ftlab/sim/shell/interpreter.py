"""Walks the syntax tree: lists, pipelines, groups and simple commands of the small shell."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import replace

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.ast import (
    Command,
    Group,
    If,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Text,
    Variable,
    Word,
)
from ftlab.sim.shell.call import Call, State
from ftlab.sim.shell.commands import find, not_found
from ftlab.sim.shell.errors import Exit, OpenError, Refused, ShellSyntaxError
from ftlab.sim.shell.parser import parse
from ftlab.sim.shell.streams import Stream, open_file

WRONG = 2
"""Exit status of a line that is no command, or that this shell refuses."""
_SPLITS = frozenset(" \t\n*?[")


def is_nested(argv: tuple[str, ...]) -> bool:
    """Whether it is ``sh -c SCRIPT``, which the small shell runs itself."""
    return argv[:2] == ("sh", "-c") and len(argv) == 3


class Shell:
    """One shell with its open files."""

    def __init__(self, state: State, streams: dict[int, Stream]) -> None:
        self.state, self.streams = state, streams

    def main(self, text: str) -> int:
        """Run a whole script; gives its status. What is no command, or refused, is told."""
        try:
            self.script(parse(text))
        except Exit as end:
            return end.status
        except (ShellSyntaxError, Refused) as error:
            return self.complain(str(error), WRONG)
        return self.state.status

    def complain(self, message: str, status: int) -> int:
        if 2 in self.streams:
            self.streams[2].write(encode(f"{self.state.name}: {message}\n"))
        self.state.status = status
        return status

    def script(self, script: Script) -> None:
        for pipeline in script:
            if pipeline.after == ";" or (self.state.status == 0) == (pipeline.after == "&&"):
                self._pipeline(pipeline)

    def _pipeline(self, pipeline: Pipeline) -> None:
        """The commands of a pipe run one after the other, each in a shell of its own."""
        *first, last = pipeline.commands
        passed: dict[int, Stream] = {}
        for command in first:
            made = io.BytesIO()
            self._alone(command, {**self.streams, **passed, 1: made})
            made.seek(0)
            passed = {0: made}
        if first:
            self._alone(last, {**self.streams, **passed})
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
            outer, self.streams = self.streams, dict(self.streams)
            try:
                for redirect in command.redirects:
                    self._redirect(redirect, opened)
                self._run(command)
            except OpenError as error:
                self.streams = outer
                self.complain(str(error), 1)
            finally:
                self.streams = outer

    def _run(self, command: Command) -> None:
        match command:
            case Group(body):
                self.script(body)
            case Simple():
                self._simple(command)
            case If():
                self._if(command)

    def _if(self, command: If) -> None:
        for condition, body in command.branches:
            self.script(condition)
            if self.state.status == 0:
                self.script(body)
                return
        self.state.status = 0
        self.script(command.otherwise)

    def _simple(self, command: Simple) -> None:
        state = self.state
        if command.assignment is not None:
            name, value = command.assignment
            state.variables[name] = self._text(value)
        argv = tuple(word for each in command.words for word in self._arguments(each))
        if not argv:
            state.status = 0
        elif is_nested(argv):
            state.host.commands.append(argv)
            inner = State(state.host, state.wait, cwd=state.cwd)
            state.status = Shell(inner, self.streams).main(argv[2])
        else:
            runner = find(state, argv[0]) or not_found
            state.status = runner(Call(argv, state, self.streams))

    def _redirect(self, redirect: Redirect, opened: ExitStack) -> None:
        if redirect.operator == "<<":
            self.streams[redirect.fd] = io.BytesIO(encode(redirect.here))
            return
        target = self._text(redirect.target)
        if redirect.operator == ">&":
            if target not in ("1", "2"):
                raise Refused(f"the redirection >&{target}")
            self.streams[redirect.fd] = self.streams[int(target)]
            return
        try:
            local = self.state.path(target)
            self.streams[redirect.fd] = open_file(target, local, redirect.operator, opened)
        except OSError as error:
            raise OpenError(target, reading=redirect.operator == "<", cause=error) from error

    def _text(self, word: Word) -> str:
        """A word as one string."""
        return "".join(part.text if isinstance(part, Text) else self._value(part) for part in word)

    def _arguments(self, word: Word) -> list[str]:
        """A word as arguments: one, or none where nothing but unset variables stands there."""
        bare = [part for part in word if isinstance(part, Variable) and not part.quoted]
        for part in bare:
            if _SPLITS & set(self._value(part)):
                raise Refused(f"an unquoted ${part.name} with blanks or patterns in it")
        text = self._text(word)
        return [] if len(bare) == len(word) and not text else [text]

    def _value(self, variable: Variable) -> str:
        own = {"?": str(self.state.status), "PWD": self.state.cwd}
        return (self.state.variables | own).get(variable.name, "")
