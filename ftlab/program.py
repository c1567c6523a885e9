"""The ``ftlab`` command: an invoke program over the same tasks that ``tasks.py`` exports."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import invoke
from invoke.exceptions import ParseError

import ftlab
from ftlab.tasks.collections import namespace

_OPTIONAL_POSITIONAL = {"lab.history": "--run", "lab.profiles": "--name"}
"""invoke knows no positional argument that may be left out; here are their flags."""


class FtlabProgram(invoke.Program):  # type: ignore[misc]
    """invoke's program, except that a usage error is exit 2 (invoke's own is 1)."""

    def parse_tasks(self) -> None:
        tasks = set(self.collection.task_names)
        helped = helped_task(self.core.unparsed, tasks)
        self.core.unparsed = [] if helped else spelled_out(self.core.unparsed, tasks)
        super().parse_tasks()
        if helped:
            self.core[0].args.help.value = helped
        self._refuse_flags_as_arguments()

    def _refuse_flags_as_arguments(self) -> None:
        """invoke takes an unknown ``--flag`` for an argument that is still missing."""
        for context in self.tasks:
            for argument in context.positional_args:
                if str(argument.value).startswith("--"):
                    raise ParseError(f"{context.name} has no flag {argument.value}", context)

    def run(self, argv: Any = None, exit: bool = True) -> None:
        """Run the command line; ``exit`` False returns where the real one would leave."""
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
            if end.message:
                print(end.message, file=sys.stderr)
            return int(end.code)
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
    program.run()
