"""The ``ftlab`` command: an invoke program over the same tasks that ``tasks.py`` exports."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import ftlab
from ftlab.startup import lean_imports, quiet_interrupts, relax_gc

with quiet_interrupts(), lean_imports():
    import inspect
    import shutil

    import invoke
    from invoke.exceptions import ParseError, UnexpectedExit
    from invoke.parser import Parser, ParserContext

    from ftlab.cli.fleet_task import FleetTask
    from ftlab.cli.front_ends.invoke_config import InvokeConfig
    from ftlab.cli.front_ends.own_tasks import OwnTasks
    from ftlab.cli.front_ends.parsing import PlainWords, tell_misuse
    from ftlab.cli.help_text import about_program, about_task, tasks_block
    from ftlab.cli.talk.failure import tell_error
    from ftlab.errors import FtlabError
    from ftlab.lean_paramiko import lean_paramiko
    from ftlab.tasks.namespace import NAMES, namespace

_CORE = {
    "complete", "debug", "help", "list", "list-depth", "list-format", "print-completion-script",
    "version", "write-pyc",
}  # fmt: skip
"""invoke's own flags that ftlab has too. The others are about local commands, which ftlab does
not run; and its ``--dry`` would print commands without stopping changes: ``--check`` is the real
dry run."""


class FtlabProgram(PlainWords):
    """invoke's program, except that a usage error is exit 2 (invoke's own is 1)."""

    collection: Any

    def core_args(self) -> list[Any]:
        return [argument for argument in super().core_args() if argument.name in _CORE]

    def create_config(self) -> None:
        self.config = InvokeConfig()

    def update_config(self, merge: bool = True) -> None:
        """invoke's own would look for the flags that are left out."""
        if merge:
            self.config.merge()

    def _make_parser(self) -> Parser:
        """For the tasks that the command line names: making and copying the flags of all of them
        is a third of a short run's time."""
        tasks = [name for name in self.collection.task_names if name in self.core.unparsed]
        if not tasks:
            return super()._make_parser()
        contexts = [
            ParserContext(name=name, args=self.collection[name].get_arguments()) for name in tasks
        ]
        return Parser(initial=self.initial_context, contexts=contexts)

    def parse_tasks(self) -> None:
        """The user's own tasks are loaded where ftlab's do not explain the command line, and to
        be listed."""
        self.own = OwnTasks(os.environ)
        words, helped = list(self.core.unparsed), self.args.help.value
        if not words and not isinstance(helped, str):
            self.own.join_if_they_load(self.collection, silent=self.args.complete.value)
        try:
            self._parse(words)
        except ParseError as error:
            if not self.own.join_after(error, self.collection):
                raise
            self.core.unparsed = words
            super().parse_tasks()

    def _parse(self, words: Sequence[str]) -> None:
        """With all tasks, where those that the command line names leave something to be said."""
        if set(NAMES) <= set(self.collection.task_names):
            super().parse_tasks()
            return
        with suppress(ParseError):
            super().parse_tasks()
            if not self.args.help.value and not self.args.list.value:
                return
        self.namespace = namespace()
        self.parse_collection()
        self.core.unparsed = list(words)
        super().parse_tasks()

    def parse_cleanup(self) -> None:
        """invoke's own script for a shell knows tasks and flags only."""
        if shell := self.args["print-completion-script"].value:
            from ftlab.cli.completion.scripts import script

            print(script(shell), end="")
            raise invoke.Exit
        super().parse_cleanup()

    def print_help(self) -> None:
        own = self._summaries(self._own_names())
        print(about_program(self._summaries(NAMES), _width(), self.own.heading, own))

    def print_task_help(self, name: str) -> None:
        task, context = self.collection[name], self.parser.contexts[name]
        arguments = list(context.args.values())
        own = task.own if isinstance(task, FleetTask) else {each.name for each in arguments}
        print(about_task(name, inspect.getdoc(task) or "", arguments, own, _width()))

    def list_flat(self) -> None:
        """The whole list is in the order of the documentation."""
        if self.list_root or self.list_depth:
            super().list_flat()
        else:
            blocks = [tasks_block(self._summaries(NAMES), _width())]
            if own := self._summaries(self._own_names()):
                blocks.append(tasks_block(own, _width(), self.own.heading))
            print("\n\n".join("\n".join(block) for block in blocks))

    def _own_names(self) -> list[str]:
        return [name for name in self.collection.task_names if name not in NAMES]

    def _summaries(self, names: Iterable[str]) -> list[tuple[str, str]]:
        docs = ((name, inspect.getdoc(self.collection[name]) or "") for name in names)
        return [(name, text.partition("\n")[0]) for name, text in docs]

    def run(self, argv: Any = None, exit: bool = True) -> None:
        """Run the command line; ``exit`` False returns where the real one would leave."""
        for name in ("stdout", "stderr"):  # closed by ``>&-``: Python has None there then
            if getattr(sys, name) is None:
                setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - open to the end
        code = 0
        try:
            code = self._code(argv)
            sys.stdout.flush()
        except BrokenPipeError:  # ``ftlab --list | head``: the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if exit:
            sys.exit(code)

    def _code(self, argv: Any) -> int:
        try:
            self._to_the_end(argv)
        except ParseError as error:
            tell_misuse(error)
            return 2
        except invoke.Exit as end:
            if end.message:  # only invoke's --list says something
                print(f"ftlab: {end.message}", file=sys.stderr)
            return 2 if end.message else int(end.code)
        except (FtlabError, UnexpectedExit) as error:
            return _failed(error)
        except KeyboardInterrupt:
            return 130
        return 0

    def _to_the_end(self, argv: Any) -> None:
        self.create_config()
        self.parse_core(argv)
        self.parse_collection()
        self.parse_tasks()
        self.parse_cleanup()
        self.update_config()
        self.execute()


def _failed(error: FtlabError | UnexpectedExit) -> int:
    """What a task of the user's own that is no fleet task has met: an error of the library's, or
    a local command that failed."""
    if isinstance(error, FtlabError):
        return tell_error(error)
    print(error, file=sys.stderr)
    return int(error.result.exited)


def _width() -> int:
    return shutil.get_terminal_size().columns


def _named(words: Sequence[str]) -> Collection[str]:
    """The tasks that such a command line may call: the others' flags are not made, nor their
    modules loaded."""
    return set(words).intersection(NAMES) if words and words[0] in NAMES else NAMES


def main() -> None:
    """What ``ftlab.main`` calls."""
    with quiet_interrupts():
        tasks = namespace(_named(sys.argv[1:]))
    program = FtlabProgram(name="ftlab", binary="ftlab", namespace=tasks, version=ftlab.__version__)
    relax_gc()
    lean_paramiko()
    try:
        program.run()
    finally:
        gc.freeze()  # Python's last collection would find what ends with the process anyway
