"""What is wrong with a command line, in terms of tasks and flags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from invoke.exceptions import ParseError

from ftlab.cli.front_ends.other_tools import elsewhere
from ftlab.cli.help_text import metavar, see, usage
from ftlab.regex import regex

PLAIN = "\0"
"""In front of a word that is neither flag nor task, whatever it looks like, since it came after
``--``. No argument of a process holds this character."""

_SHOWN_PLAIN = repr(PLAIN)[1:-1]
_UNKNOWN = regex(r"No idea what (?P<quote>['\"])(?P<word>.*)(?P=quote) is!", re.DOTALL)
_NO_VALUE = regex(r"Flag <Argument: (?P<name>[\w-]+).*needed value")


class Misuse(ParseError):  # type: ignore[misc]
    """A usage error with a hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def explained(
    error: ParseError, words: Sequence[str], contexts: Mapping[str, Any], tasks: Sequence[str]
) -> ParseError:
    """invoke's error in our words; as it is if invoke says something else. ``words`` are those
    of the command line that invoke itself had no use for, ``contexts`` at least the tasks among
    them, ``tasks`` the names of all."""
    context = error.context
    task = context.name if context is not None else None
    if found := _UNKNOWN.search(str(error)):
        word = found["word"]
        if word.startswith(_SHOWN_PLAIN):
            return _left_over(word.removeprefix(_SHOWN_PLAIN), context, tasks)
        if task is None:
            flag = word.startswith("-")
            return _misplaced(word, words, contexts) if flag else no_task(word, tasks)
        return no_flag(word, context) if word.startswith("-") else _left_over(word, context, tasks)
    if task is not None and (found := _NO_VALUE.search(str(error))):
        return no_value(context.args[found["name"]], task)
    if task is not None and context.missing_positional_args:
        missing = " and ".join(map(metavar, context.missing_positional_args))
        return Misuse(f"{task} needs {missing}", f"usage: {_usage(context)}")
    return error


def no_task(word: str, tasks: Iterable[str]) -> Misuse:
    """There is no task of that name; perhaps a collection, or one that is spelled nearly so."""
    names = list(tasks)
    if any(name.startswith(f"{word}.") for name in names):
        return Misuse(f"{word} is a collection of tasks", f"ftlab --list {word} shows them")
    return Misuse(f"there is no task {word!r}", _nearest(word, names) or "ftlab --list shows them")


def no_flag(word: str, context: Any) -> Misuse:
    """The task has no such flag."""
    hints = [_own_flag(word, context), elsewhere(word)]
    hint = " ".join(filter(None, hints)) or _nearest(word, context.flags)
    if context.name == "fleet.run" and not hint:
        hint = (
            f"one of the command's own? then quote it, or: ftlab {context.name} -- COMMAND {word}"
        )
    return Misuse(f"{context.name} has no flag {word}", hint or see(context.name))


def _own_flag(word: str, context: Any) -> str:
    """A flag of this very task that begins with the letter; what all tasks have is not meant."""
    from ftlab.cli.flags import FLAGS

    shared = {flag.name.replace("_", "-") for flag in FLAGS}
    own = [e.name.replace("_", "-") for e in context.args.values() if not e.positional]
    found = [f"--{name}" for name in own if name not in shared and word == f"-{name[:1]}"]
    return f"did you mean {' or '.join(map(repr, found))}?" if found else ""


def given_twice(context: Any, words: Sequence[str], tasks: Iterable[str]) -> Misuse | None:
    """A flag of one value that stands twice: invoke takes the second value for an argument."""
    seen: set[str] = set()
    for word in _after_task(context.name, words, frozenset(tasks)):
        flag = word.partition("=")[0] if word.startswith("--") else word[:2]
        if flag not in context.flags:
            continue
        argument = context.flags[flag]
        if not argument.takes_value or argument.kind is list:
            continue
        if argument.name in seen:
            one_file = "an inventory is one file, or hosts with commas: -i HOST,HOST"
            hint = one_file if argument.name == "inventory" else see(context.name)
            return Misuse(f"{context.name}: {flag} is given twice", hint)
        seen.add(argument.name)
    return None


def _after_task(task: str, words: Sequence[str], tasks: frozenset[str]) -> Iterable[str]:
    """The words of one task, up to the next one."""
    rest = words[words.index(task) + 1 :] if task in words else ()
    return takewhile(lambda word: word not in tasks, rest)


def no_value(argument: Any, task: str) -> Misuse:
    """A flag stands without its value."""
    flag = f"--{argument.name}"
    return Misuse(f"{task}: {flag} needs a value: {flag} {metavar(argument)}", see(task))


def misplaced(flag: str, task: str) -> Misuse:
    """A flag stands before the task."""
    return Misuse(f"{flag}: flags come after the task", f"ftlab {task} {flag} …")


def _misplaced(flag: str, words: Sequence[str], contexts: Mapping[str, Any]) -> Misuse:
    task = next((word for word in words if word in contexts), None)
    if task is None:
        return Misuse(f"{flag}: no task is named before it", "ftlab --list shows the tasks")
    known = flag in contexts[task].flags
    return misplaced(flag, task) if known else no_flag(flag, contexts[task])


def _left_over(word: str, context: Any, tasks: Iterable[str]) -> Misuse:
    return Misuse(
        f"{context.name}: one word too many: {word!r}",
        _nearest(word, tasks) or f"usage: {_usage(context)}",
    )


def _usage(context: Any) -> str:
    return usage(context.name, context.args.values())


def _nearest(word: str, known: Iterable[str]) -> str:
    from ftlab.nearest import suggest

    return suggest(word, known)
