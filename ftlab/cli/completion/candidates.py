"""What may stand at the end of a command line, from the words before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from ftlab.cli.completion.patterns import pattern_candidates

Candidate = tuple[str, str]
"""A word, and what it is."""

FILES: list[Candidate] = []
"""In place of candidates: a file is meant."""
_FILES = {"FILE", "FOLDER"}
_OPTIONS_OF = ("advopt.", "lab.")
"""In these tasks a path is that of an advanced option."""


class FlagRow(NamedTuple):
    """One row of the table. ``kind`` is what its value is called; empty: it is a switch."""

    long: str
    short: str
    kind: str
    about: str
    many: bool


class KnownNames(Protocol):
    """What is known of tasks, of the inventory, and of earlier answers."""

    @property
    def tasks(self) -> dict[str, Any]: ...
    @property
    def table(self) -> dict[str, Any]: ...
    def hosts(self) -> list[Candidate]: ...
    def vms(self) -> list[Candidate]: ...
    def options(self) -> list[Candidate]: ...
    def vmx_keys(self) -> list[Candidate]: ...
    def runs(self) -> list[Candidate]: ...
    def profiles(self) -> list[Candidate]: ...


def candidates(words: Sequence[str], names: KnownNames) -> list[Candidate]:
    """What the last of the ``words`` may become, or :data:`FILES`. They are those after the
    program's name."""
    *before, word = words
    at = next((place for place, each in enumerate(before) if each in names.tasks), None)
    if at is None:
        return _fitting(word, _without_task(before, word, names))
    return _of_task(before[at], before[at + 1 :], word, names)


def _without_task(before: Sequence[str], word: str, names: KnownNames) -> list[Candidate]:
    tasks = [(name, task["help"]) for name, task in names.tasks.items()]
    if before and before[-1] in {"-l", "--list"}:
        return [(name, "") for name in dict.fromkeys(n.partition(".")[0] for n, _ in tasks)]
    if word.startswith("-"):
        return [(flag, about) for flag, about in names.table["core"]]
    return tasks


def _of_task(task: str, before: Sequence[str], word: str, names: KnownNames) -> list[Candidate]:
    known = names.tasks[task]
    rows = [*known["flags"], *(names.table["fleet"] if known["fleet"] else [])]
    flags = [FlagRow(*row) for row in rows]
    taking = {name: flag for flag in flags if flag.kind for name in flag[:2] if name}
    given, stand_alone, due = _read(before, taking)
    if due is not None:
        return _values(task, due.long, due.kind, word, names)
    name, equals, value = word.partition("=")
    if equals and name in taking:
        found = _values(task, taking[name].long, taking[name].kind, value, names)
        return found if found is FILES else [(f"{name}={each}", about) for each, about in found]
    left = [flag for flag in flags if flag.many or not given & {flag.long, flag.short}]
    offered = [(flag.long, flag.about) for flag in left]
    if word.startswith("-"):
        return _fitting(word, offered)
    due_words = known["words"][stand_alone:]
    found = _values(task, due_words[0][0], due_words[0][1], word, names) if due_words else []
    return found if found is FILES or found or word else offered


def _read(
    before: Sequence[str], taking: dict[str, FlagRow]
) -> tuple[set[str], int, FlagRow | None]:
    """The flags that are given, how many words stand without one, and the flag whose value is
    due."""
    given: set[str] = set()
    stand_alone, due = 0, None
    for each in before:
        if due is not None:
            due = None
        elif each.startswith("-") and len(each) > 1:
            name, equals, _ = each.partition("=")
            given.add(name)
            due = None if equals else taking.get(name)
        else:
            stand_alone += 1
    return given, stand_alone, due


def _values(task: str, name: str, kind: str, word: str, names: KnownNames) -> list[Candidate]:
    choices = names.table["choices"]
    listed = choices.get(f"{task} {name}") or choices.get(name)
    if kind in _FILES and not listed:
        return FILES
    if kind == "PATTERN":
        return pattern_candidates(word, names.hosts())
    if listed:
        found = [(each, "") for each in listed]
    elif kind == "PATH" and not task.startswith(_OPTIONS_OF):
        found = []
    else:
        source = _SOURCES.get(kind)
        found = source(names) if source else []
    return _fitting(word, found)


def _fitting(word: str, found: Iterable[Candidate]) -> list[Candidate]:
    return [each for each in found if each[0].startswith(word)]


_SOURCES: dict[str, Callable[[KnownNames], list[Candidate]]] = {
    "VM": lambda names: names.vms(),
    "PATH": lambda names: names.options(),
    "KEY": lambda names: names.vmx_keys(),
    "KEY=VALUE": lambda names: [(f"{key}=", about) for key, about in names.vmx_keys()],
    "PROFILE": lambda names: names.profiles(),
    "RUN": lambda names: names.runs(),
}
