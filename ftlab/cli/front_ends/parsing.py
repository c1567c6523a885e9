"""From the words of a command line to tasks, with ftlab's own words for what is wrong."""

from __future__ import annotations

import copy
import sys
from collections.abc import Collection, Sequence
from typing import Any

import invoke
from invoke.exceptions import ParseError

from ftlab.cli.front_ends.command_words import TASK as COMMAND_TASK
from ftlab.cli.front_ends.command_words import with_one_command
from ftlab.cli.front_ends.own_task import is_own
from ftlab.cli.help_text import ALONE
from ftlab.cli.settings.tell import tell_settings
from ftlab.cli.usage_errors import (
    PLAIN,
    Misuse,
    explained,
    given_twice,
    misplaced,
    no_flag,
    no_task,
    no_value,
)

_HINT = "ftlab --list shows the tasks, ftlab --help TASK one"
"""What to do about an error that says no more."""


class PlainWords(invoke.Program):  # type: ignore[misc]
    """Mixed into a program of invoke's: it understands what a user of ftlab types, and raises
    ``ParseError`` in ftlab's words, often with a ``hint``. Tasks that are not ftlab's keep to
    invoke's rules."""

    plain_after_dashes = True
    """Whether words after ``--`` are arguments, whatever they look like."""

    def parse_tasks(self) -> None:
        own = {name for name in self.collection.task_names if is_own(self.collection[name])}
        helped = helped_task(self.core.unparsed, own)
        words = list(self.core.unparsed)
        if words and self.plain_after_dashes:
            words += plain_words(self.argv)
        if COMMAND_TASK in own and COMMAND_TASK in words:
            words = with_one_command(words, _arguments(self.collection[COMMAND_TASK]))
        self.core.unparsed = [] if helped else spelled_out(words, self.collection.task_names)
        self._parse_tasks()
        if helped:
            self.core[0].args.help.value = helped
        self._list_a_helped_collection()
        self._refuse_unknown_collections()
        if not hasattr(self, f"list_{self.args['list-format'].value}"):
            raise ParseError("--list-format takes flat, nested or json")
        for context in self.tasks:
            if context.name in own:
                self._refuse_flags_given_twice(context)
                _refuse_flags_as_arguments(context)
                _refuse_flags_without_value(context, self.core.unparsed)
            _unmark_words(context)

    def _parse_tasks(self) -> None:
        names = tuple(self.collection.task_names)
        try:
            super().parse_tasks()
        except ParseError as error:
            task = getattr(error.context, "name", None)
            if task in names and is_own(self.collection[task]):
                self._refuse_flags_given_twice(error.context)
            raise explained(error, self.core.unparsed, self.parser.contexts, names) from error
        except ValueError as error:  # how invoke says that a flag takes a number
            text = str(error).rpartition(": ")[2]
            raise ParseError(f"{text} is not a whole number") from error

    def _refuse_flags_given_twice(self, context: Any) -> None:
        if error := given_twice(context, self.core.unparsed, self.collection.task_names):
            raise error

    def _list_a_helped_collection(self) -> None:
        """``--help vft`` is ``--list vft``. Raises ``Misuse`` for a name that is nothing."""
        name = self.args.help.value
        if isinstance(name, str) and name in self.collection.collections:
            self.args.help.set_value(False, cast=False)
            self.args.list.value = name
        elif isinstance(name, str) and name not in self.collection.task_names:
            raise no_task(name, tuple(self.collection.task_names))

    def _refuse_unknown_collections(self) -> None:
        """Raises ``Misuse``, also for ``-l PATTERN TASK``: there it is invoke's ``--list``."""
        name = self.args.list.value
        if isinstance(name, str) and name not in self.collection.collections:
            if self.tasks:
                raise misplaced(f"-l {name}", self.tasks[0].name)
            raise Misuse(f"there is no collection {name!r}", "ftlab --list shows all tasks")


def _arguments(task: Any) -> Any:
    """A task's arguments; invoke takes each one's help out of the task when it makes them."""
    whole = copy.copy(task)
    whole.help = dict(task.help)
    return whole.get_arguments()


class Foreign(PlainWords):
    """For ``inv`` and ``fab``, which end with 1 after a usage error of invoke's."""

    def parse_tasks(self) -> None:
        try:
            super().parse_tasks()
        except ParseError as error:
            tell_misuse(error)
            raise invoke.Exit(code=2) from error


class ForeignWithRemainder(Foreign):
    """For ``fab``: what comes after ``--`` is a command for Fabric itself."""

    plain_after_dashes = False


def tell_misuse(error: ParseError) -> None:
    """Say on stderr what is wrong, and what to do about it."""
    print(f"ftlab: {error}", file=sys.stderr)
    print(f"       {getattr(error, 'hint', _HINT)}", file=sys.stderr)
    tell_settings()


def plain_words(argv: Sequence[str]) -> list[str]:
    """Those after ``--``, which are no flags, marked as such."""
    after = argv[argv.index("--") + 1 :] if "--" in argv else []
    return [PLAIN + word for word in after]


def spelled_out(tokens: Sequence[str], tasks: Collection[str]) -> list[str]:
    """``lab.history RUN`` as ``lab.history --run RUN``."""
    spelled: list[str] = []
    for before, token in zip(["", *tokens], tokens, strict=False):
        name = ALONE.get(before)
        if name and not token.startswith("-") and token not in tasks:
            spelled.append(f"--{name}")
        spelled.append(token)
    return spelled


def helped_task(tokens: Sequence[str], tasks: Collection[str]) -> str | None:
    """The task that ``TASK --help`` asks about: invoke would take ``--help`` for an argument of
    TASK that is still missing, and run it."""
    if not {"--help", "-h"} & set(tokens):
        return None
    return next((token for token in tokens if token in tasks), None)


def _refuse_flags_as_arguments(context: Any) -> None:
    """invoke takes an unknown ``--flag`` for an argument that is still missing."""
    for argument in context.positional_args:
        if str(argument.value).startswith("--"):
            raise no_flag(str(argument.value), context)


def _refuse_flags_without_value(context: Any, words: Sequence[str]) -> None:
    """invoke passes over ``-l A -l``, whose last flag has no value."""
    for word, following in zip(words, [*words[1:], None], strict=True):
        bare = following is None or following in context.flags
        if bare and word in context.flags and context.flags[word].kind is list:
            raise no_value(context.flags[word], context.name)


def _unmark_words(context: Any) -> None:
    for argument in context.args.values():
        if isinstance(argument.value, str) and argument.value.startswith(PLAIN):
            argument.set_value(argument.value.removeprefix(PLAIN), cast=False)
