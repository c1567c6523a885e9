"""Walks the syntax tree: lists, pipelines, groups and simple commands of the small shell."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import replace

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.ast import (
    Chain,
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
        for chain in script:
            self._chain(chain)

    def _chain(self, chain: Chain) -> None:
        self._pipeline(chain.first)
        for operator, pipeline in chain.rest:
            if (self.state.status == 0) == (operator == "&&"):
                self._pipeline(pipeline)

    def _pipeline(self, pipeline: Pipeline) -> None:
        """The commands of a pipe run one after the other, each in a shell of its own."""
        if len(pipeline.commands) == 1:
            self._command(pipeline.commands[0])
        else:
            self._pipe(pipeline.commands)
        if pipeline.negated:
            self.state.status = int(self.state.status == 0)

    def _pipe(self, commands: tuple[Command, ...]) -> None:
        passed: Stream | None = self.streams.get(0)
        for last, command in zip([False] * (len(commands) - 1) + [True], commands, strict=True):
            made = io.BytesIO()
            streams = {**self.streams, **({} if last else {1: made})}
            if passed is not None:
                streams[0] = passed
            self.state.status = self._alone(command, streams)
            made.seek(0)
            passed = made

    def _alone(self, command: Command, streams: dict[int, Stream]) -> int:
        state = replace(self.state, variables=dict(self.state.variables))
        try:
            Shell(state, streams)._command(command)
        except Exit as end:
            return end.status
        return state.status

    def _command(self, command: Command) -> None:
        with ExitStack() as opened:
            try:
                streams = self._redirected(command.redirects, opened)
            except OpenError as error:
                self.complain(str(error), 1)
                return
            outer, self.streams = self.streams, streams
            try:
                self._run(command)
            finally:
                self.streams = outer

    def _run(self, command: Command) -> None:
        if isinstance(command, Group):
            self.script(command.body)
        elif isinstance(command, If):
            self._if(command)
        else:
            self._simple(command)

    def _if(self, command: If) -> None:
        for condition, body in command.branches:
            self.script(condition)
            if self.state.status == 0:
                self.script(body)
                return
        self.state.status = 0
        self.script(command.otherwise)

    def _simple(self, command: Simple) -> None:
        if command.assignment is not None:
            name, value = command.assignment
            self.state.variables[name] = self._text(value)
            self.state.status = 0
            return
        argv = tuple(word for each in command.words for word in self._arguments(each))
        if not argv:
            self.state.status = 0
            return
        if is_nested(argv):
            self.state.host.commands.append(argv)
            inner = State(self.state.host, self.state.wait, cwd=self.state.cwd)
            self.state.status = Shell(inner, self.streams).main(argv[2])
            return
        call = Call(argv, self.state, self.streams)
        runner = find(self.state, argv[0])
        self.state.status = runner(call) if runner else not_found(call)

    def _redirected(self, redirects: tuple[Redirect, ...], opened: ExitStack) -> dict[int, Stream]:
        streams = dict(self.streams)
        for redirect in redirects:
            self._redirect(streams, redirect, opened)
        return streams

    def _redirect(self, streams: dict[int, Stream], redirect: Redirect, opened: ExitStack) -> None:
        if redirect.operator == "<<":
            streams[redirect.fd] = io.BytesIO(encode(redirect.here))
            return
        target = self._text(redirect.target)
        if redirect.operator == ">&":
            if target not in ("1", "2"):
                raise Refused(f"the redirection >&{target}")
            streams[redirect.fd] = streams[int(target)]
            return
        try:
            local = self.state.path(target)
            streams[redirect.fd] = open_file(target, local, redirect.operator, opened)
        except OSError as error:
            raise OpenError(target, reading=redirect.operator == "<", cause=error) from error

    def _text(self, word: Word) -> str:
        """A word as one string."""
        return "".join(part.text if isinstance(part, Text) else self._value(part) for part in word)

    def _arguments(self, word: Word) -> list[str]:
        """A word as arguments: one, or none where nothing but unset variables stands there."""
        for part in word:
            if isinstance(part, Variable) and not part.quoted and _SPLITS & set(self._value(part)):
                raise Refused(f"an unquoted ${part.name} with blanks or patterns in it")
        text = self._text(word)
        bare = all(isinstance(part, Variable) and not part.quoted for part in word)
        return [] if bare and not text else [text]

    def _value(self, variable: Variable) -> str:
        if variable.name == "?":
            return str(self.state.status)
        if variable.name == "PWD":
            return self.state.cwd
        return self.state.variables.get(variable.name, "")
