"""The ``ftlab`` command: an invoke program over the same tasks that ``tasks.py`` exports."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ftlab
from ftlab.startup import lean_imports, quiet_interrupts, spare_the_collector

with quiet_interrupts(), lean_imports():
    import inspect
    import shutil

    import invoke
    from invoke.exceptions import ParseError
    from invoke.parser import Parser, ParserContext

    from ftlab.cli.fleet_task import FleetTask
    from ftlab.cli.help_text import OPTIONAL, about_program, about_task, tasks_block
    from ftlab.cli.settings.tell import tell_settings
    from ftlab.cli.usage_errors import PLAIN, Misuse, explained, misplaced, no_flag, no_task
    from ftlab.tasks.namespace import NAMES, namespace

_CORE = {
    "complete", "debug", "help", "list", "list-depth", "list-format", "print-completion-script",
    "version", "write-pyc",
}  # fmt: skip
"""invoke's own flags that ftlab has too. The others are about local commands, which ftlab does
not run; and its ``--dry`` would print commands without stopping changes: ``--check`` is the real
dry run."""

_HINT = "ftlab --list shows the tasks, ftlab --help TASK one"


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
        words = [*self.core.unparsed, *plain_words(self.argv)] if self.core.unparsed else []
        self.core.unparsed = [] if helped else spelled_out(words, tasks)
        try:
            super().parse_tasks()
        except ParseError as error:
            raise explained(error, self.core.unparsed, self.parser.contexts, NAMES) from error
        if helped:
            self.core[0].args.help.value = helped
        self._list_a_helped_collection()
        self._refuse_unknown_collections()
        if not hasattr(self, f"list_{self.args['list-format'].value}"):
            raise ParseError("--list-format takes flat, nested or json")
        self._refuse_flags_as_arguments()
        self._unmark_words()

    def _refuse_flags_as_arguments(self) -> None:
        """invoke takes an unknown ``--flag`` for an argument that is still missing."""
        for context in self.tasks:
            for argument in context.positional_args:
                if str(argument.value).startswith("--"):
                    raise no_flag(str(argument.value), context)

    def _unmark_words(self) -> None:
        for context in self.tasks:
            for argument in context.args.values():
                if isinstance(argument.value, str) and argument.value.startswith(PLAIN):
                    argument.set_value(argument.value.removeprefix(PLAIN), cast=False)

    def _list_a_helped_collection(self) -> None:
        """``--help vft`` is ``--list vft``. Raises ``Misuse`` for a name that is nothing."""
        name = self.args.help.value
        if isinstance(name, str) and name in self.collection.collections:
            self.args.help.set_value(False, cast=False)
            self.args.list.value = name
        elif isinstance(name, str) and name not in self.collection.task_names:
            raise no_task(name, NAMES)

    def _refuse_unknown_collections(self) -> None:
        """Raises ``Misuse``, also for ``-l PATTERN TASK``: there it is invoke's ``--list``."""
        name = self.args.list.value
        if isinstance(name, str) and name not in self.collection.collections:
            if self.tasks:
                raise misplaced(f"-l {name}", self.tasks[0].name)
            raise Misuse(f"there is no collection {name!r}", "ftlab --list shows all tasks")

    def print_help(self) -> None:
        print(about_program(self._summaries(), _width()))

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
            print("\n".join(tasks_block(self._summaries(), _width())))

    def _summaries(self) -> list[tuple[str, str]]:
        docs = ((name, inspect.getdoc(self.collection[name]) or "") for name in NAMES)
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
            print(f"ftlab: {error}", file=sys.stderr)
            print(f"       {getattr(error, 'hint', _HINT)}", file=sys.stderr)
            tell_settings()
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


def _width() -> int:
    return shutil.get_terminal_size().columns


def plain_words(argv: Sequence[str]) -> list[str]:
    """Those after ``--``, which are no flags, marked as such."""
    after = argv[argv.index("--") + 1 :] if "--" in argv else []
    return [PLAIN + word for word in after]


def spelled_out(tokens: Sequence[str], tasks: set[str]) -> list[str]:
    """``lab.history RUN`` as ``lab.history --run RUN``."""
    spelled: list[str] = []
    for before, token in zip(["", *tokens], tokens, strict=False):
        name = OPTIONAL.get(before)
        if name and not token.startswith("-") and token not in tasks:
            spelled.append(f"--{name}")
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
