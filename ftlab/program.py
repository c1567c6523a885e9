"""The ``ftlab`` command: an invoke program over the same tasks that ``tasks.py`` exports."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ftlab
from ftlab.start import lean_imports, spare_the_collector

with lean_imports():
    import invoke
    from invoke.exceptions import ParseError
    from invoke.parser import Parser, ParserContext

    from ftlab.tasks.collections import namespace

_OPTIONAL_POSITIONAL = {"lab.history": "--run", "lab.profiles": "--name"}
"""invoke knows no positional argument that may be left out; here are their flags."""

_CORE = {
    "complete", "debug", "help", "list", "list-depth", "list-format", "print-completion-script",
    "version", "write-pyc",
}  # fmt: skip
"""invoke's own flags that ftlab has too. The others are about local commands, which ftlab does
not run; and its ``--dry`` would promise what only ``--check`` keeps."""


class FtlabProgram(invoke.Program):  # type: ignore[misc]
    """invoke's program, except that a usage error is exit 2 (invoke's own is 1)."""

    def core_args(self) -> list[Any]:
        return [argument for argument in super().core_args() if argument.name in _CORE]

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
        tasks = set(self.collection.task_names)
        helped = helped_task(self.core.unparsed, tasks)
        self.core.unparsed = [] if helped else spelled_out(self.core.unparsed, tasks)
        super().parse_tasks()
        if helped:
            self.core[0].args.help.value = helped
        if not hasattr(self, f"list_{self.args['list-format'].value}"):
            raise ParseError("--list-format takes flat, nested or json")
        self._refuse_flags_as_arguments()

    def _refuse_flags_as_arguments(self) -> None:
        """invoke takes an unknown ``--flag`` for an argument that is still missing."""
        for context in self.tasks:
            for argument in context.positional_args:
                if str(argument.value).startswith("--"):
                    raise ParseError(f"{context.name} has no flag {argument.value}", context)

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
            print(f"ftlab: {error}", file=sys.stderr)
            print("       ftlab --list shows the tasks, ftlab --help TASK one", file=sys.stderr)
            return 2
        except invoke.Exit as end:
            if not end.message:
                return int(end.code)
            print(f"ftlab: {end.message}", file=sys.stderr)  # only invoke's --list says something
            return 2
        except KeyboardInterrupt:
            return 130
        return 0

    def _to_the_end(self, argv: Any) -> None:
        self.create_config()
        try:
            self.parse_core(argv)
            self.parse_collection()
            self.parse_tasks()
        except ValueError as error:  # how invoke says that a flag takes a number
            text = str(error).rpartition(": ")[2]
            raise ParseError(f"{text} is not a whole number") from error
        self.parse_cleanup()
        self.update_config()
        self.execute()


def spelled_out(tokens: Sequence[str], tasks: set[str]) -> list[str]:
    """``lab.history RUN`` as ``lab.history --run RUN``."""
    spelled: list[str] = []
    for before, token in zip(["", *tokens], tokens, strict=False):
        flag = _OPTIONAL_POSITIONAL.get(before)
        if flag and not token.startswith("-") and token not in tasks:
            spelled.append(flag)
        spelled.append(token)
    return spelled


def helped_task(tokens: Sequence[str], tasks: set[str]) -> str | None:
    """The task that ``TASK --help`` asks about: invoke would take ``--help`` for an argument of
    TASK that is still missing, and run it."""
    if not {"--help", "-h"} & set(tokens):
        return None
    return next((token for token in tokens if token in tasks), None)


program = FtlabProgram(
    name="ftlab", binary="ftlab", namespace=namespace(), version=ftlab.__version__
)


def main() -> None:
    """The console script."""
    spare_the_collector()
    try:
        program.run()
    finally:
        gc.freeze()  # Python's last collection would find what ends with the process anyway
