"""Walks the syntax tree: lists, pipelines and compound commands of the simulated shell."""

from __future__ import annotations

import io
from fnmatch import fnmatchcase

from ftlab.sim.shell.ast import (
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Script,
    ShellSyntaxError,
    Simple,
    While,
)
from ftlab.sim.shell.command import run_simple
from ftlab.sim.shell.errors import Exit, Leave, OpenError, ShellError
from ftlab.sim.shell.expansion import Expander
from ftlab.sim.shell.parser import parse
from ftlab.sim.shell.state import State
from ftlab.sim.shell.streams import Descriptors, Stream


class Shell:
    """One running shell: its state and its open files."""

    def __init__(self, state: State, files: Descriptors) -> None:
        self.state = state
        self.files = files
        self.expand = Expander(state, self.output)
        self._conditions = 0

    def complain(self, message: str) -> None:
        """An error message of the shell itself, on its standard error."""
        if 2 in self.files.streams:
            text = f"{self.state.name}: {message}\n"
            self.files.streams[2].write(text.encode("utf-8", "surrogateescape"))

    def source(self, text: str) -> int:
        """Parse and run ``text`` in this shell."""
        try:
            tree = parse(text)
        except ShellSyntaxError as error:
            self.complain(str(error))
            raise Exit(2) from error
        return self.script(tree)

    def main(self, text: str) -> int:
        """Run ``text`` as a whole shell: ``exit`` and fatal errors end here."""
        try:
            status = self._until_exit(text)
            if self.state.at_exit:
                action, self.state.at_exit = self.state.at_exit, ""
                self._until_exit(action)
            return status
        finally:
            self.files.close()

    def _until_exit(self, text: str) -> int:
        try:
            return self.source(text)
        except Exit as end:
            return end.status
        except Leave:
            return self.state.status
        except ShellError as error:
            self.complain(str(error))
            return 2

    def output(self, script: Script) -> bytes:
        """What a command substitution prints; its status becomes the shell's."""
        printed = io.BytesIO()
        inner = self.subshell({**self.files.streams, 1: printed})
        self.state.status = inner.isolated(script)
        return printed.getvalue()

    def subshell(self, streams: dict[int, Stream]) -> Shell:
        """A shell with a copy of this one's state."""
        return Shell(self.state.subshell(), Descriptors(streams))

    def isolated(self, script: Script) -> int:
        """Run in a subshell made by :meth:`subshell`: nothing escapes but the status."""
        try:
            return self.script(script)
        except Exit as end:
            return end.status
        except ShellError as error:
            self.complain(str(error))
            return 2
        finally:
            self.files.close()

    def script(self, script: Script) -> int:
        for one in script:
            self._and_or(one)
        if not script:
            self.state.status = 0
        return self.state.status

    def _and_or(self, one: AndOr) -> None:
        pipelines = [("", one.first), *one.rest]
        ran = 0
        for index, (operator, pipeline) in enumerate(pipelines):
            if operator and (self.state.status == 0) != (operator == "&&"):
                continue
            ran = index
            last = index == len(pipelines) - 1
            self._conditions += not last
            try:
                self.pipeline(pipeline)
            finally:
                self._conditions -= not last
        decisive = ran == len(pipelines) - 1 and not pipelines[ran][1].negated
        if self.state.errexit and self.state.status and decisive and not self._conditions:
            raise Exit(self.state.status)

    def pipeline(self, pipeline: Pipeline) -> None:
        if len(pipeline.commands) == 1:
            status = self.command(pipeline.commands[0])
        else:
            status = self._piped(pipeline.commands)
        self.state.status = int(not status) if pipeline.negated else status

    def _piped(self, commands: tuple[Command, ...]) -> int:
        status = 0
        source = self.files.streams.get(0)
        for index, command in enumerate(commands):
            streams = dict(self.files.streams)
            if source is not None:
                streams[0] = source
            source = io.BytesIO()
            if index < len(commands) - 1:
                streams[1] = source
            alone: Script = (AndOr(Pipeline((command,))),)
            status = self.subshell(streams).isolated(alone)
            source.seek(0)
        return status

    def command(self, command: Command) -> int:
        """Run one command with its redirections; gives its status."""
        if isinstance(command.node, Simple):
            return run_simple(self, command.node, command.redirects)
        if isinstance(command.node, Function):
            self.state.functions[command.node.name] = command.node.body
            return 0
        if not command.redirects:
            return self._compound(command)
        outer, self.files = self.files, Descriptors(self.files.streams)
        try:
            self.redirect(self.files, command)
            return self._compound(command)
        except OpenError as error:
            self.complain(str(error))
            return 1
        finally:
            self.files.close()
            self.files = outer

    def redirect(self, files: Descriptors, command: Command) -> None:
        """Open ``command``'s redirections in order."""
        for one in command.redirects:
            target = self.expand.text(one.target)
            try:
                files.redirect(self.state, one.fd, one.operator, target)
            except OSError as error:
                raise OpenError(target, reading=one.operator == "<", cause=error) from error

    def _compound(self, command: Command) -> int:
        node = command.node
        if isinstance(node, Group):
            return self._group(node)
        if isinstance(node, If):
            return self._if(node)
        if isinstance(node, While):
            return self._while(node)
        if isinstance(node, For):
            return self._for(node)
        return self._case(node) if isinstance(node, Case) else 0

    def _group(self, node: Group) -> int:
        if node.subshell:
            return self.subshell(self.files.streams).isolated(node.body)
        return self.script(node.body)

    def _condition(self, script: Script) -> bool:
        self._conditions += 1
        try:
            return self.script(script) == 0
        finally:
            self._conditions -= 1

    def _if(self, node: If) -> int:
        for condition, body in node.branches:
            if self._condition(condition):
                return self.script(body)
        return self.script(node.otherwise)

    def _while(self, node: While) -> int:
        status = 0
        while self._condition(node.condition) != node.until:
            self.state.wait(0)
            try:
                status = self.script(node.body)
            except Leave as leave:
                if not _goes_on(leave):
                    break
        return status

    def _for(self, node: For) -> int:
        words = self.state.positional if node.words is None else self.expand.arguments(node.words)
        status = 0
        for word in words:
            self.state.variables[node.name] = word
            try:
                status = self.script(node.body)
            except Leave as leave:
                if not _goes_on(leave):
                    break
        return status

    def _case(self, node: Case) -> int:
        subject = self.expand.text(node.subject)
        for patterns, body in node.branches:
            if any(fnmatchcase(subject, self.expand.pattern(one)) for one in patterns):
                return self.script(body)
        return 0


def _goes_on(leave: Leave) -> bool:
    """Whether the loop that caught ``leave`` continues. Raises it again for an outer loop."""
    if leave.levels > 1:
        raise Leave(leave.levels - 1, again=leave.again)
    return leave.again
