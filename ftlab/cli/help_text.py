"""What ``--help`` prints: about the program, and about one task."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.style import Paint
from ftlab.report.layout.table import Cell, table

METAVARS = {
    "domain": "NAME",
    "answer": "ID=N",
    "attempts": "N",
    "batch": "LIST",
    "choice": "N",
    "command": "COMMAND",
    "connect-timeout": "SECONDS",
    "deadline": "SECONDS",
    "exclude": "PATTERN",
    "executor": "EXECUTOR",
    "failure": "NAME",
    "faults": "FILE",
    "guest-wait": "SECONDS",
    "host-key": "POLICY",
    "hosts": "N",
    "html": "FILE",
    "inventory": "FILE",
    "keep-days": "DAYS",
    "keep-runs": "N",
    "key": "KEY",
    "kind": "KIND",
    "like": "FILE",
    "limit": "PATTERN",
    "log": "FILE",
    "max-fail": "N",
    "moved-from": "FILE",
    "name": "NAME",
    "net-timeout": "SECONDS",
    "ok-exit": "LIST",
    "option": "PATH",
    "out": "FILE",
    "pairs": "N",
    "parallel": "N",
    "password": "PASSWORD",
    "path": "PATH",
    "profile": "PROFILE",
    "remedy": "VALUE",
    "resume": "SECONDS",
    "retry-failed": "RUN",
    "run": "RUN",
    "run-log": "FILE",
    "set": "KEY=VALUE",
    "setting": "NAME",
    "settings": "FILE",
    "shell": "SHELL",
    "signatures": "FILE",
    "source": "FILE",
    "state-dir": "FOLDER",
    "stream": "VALUE",
    "target": "PATH",
    "task": "TASK",
    "timeout": "SECONDS",
    "to": "FOLDER",
    "trigger": "WHO",
    "value": "VALUE",
    "versions": "LIST",
    "vm": "VM",
    "wait": "SECONDS",
    "wait-lock": "SECONDS",
}
"""What the value of an argument is called. An argument means the same in every task."""

Pairs = Sequence[tuple[str, str]]

ALONE = {
    "explain": "kind",
    "lab.history": "run",
    "lab.profiles": "name",
    "lab.recover": "run",
    "setting.list": "name",
    **dict.fromkeys(
        (
            "vm.list", "vm.power-on", "vm.power-off", "vm.reload", "vm.answer", "vmx.get",
            "vmx.set", "vmx.unset", "vft.check", "vft.enable", "vft.disable",
            "vft.power-on-secondary", "vft.status", "vft.diagnose",
        ),
        "vm",
    ),
}  # fmt: skip
"""Flags whose value may stand right after the task, without the flag."""

_NEEDED = {
    "hosts.record": ("out",),
    "lab.apply": ("profile",),
    "lab.plan": ("profile",),
    "lab.reset": ("profile",),
    "vft.stream": ("value",),
    "vmx.set": ("vm", "set"),
    "vmx.unset": ("vm", "key"),
    **{
        task: ("vm",)
        for task, name in ALONE.items()
        if name == "vm"
        and task not in {"vm.list", "vft.status", "vft.diagnose", "vmx.set", "vmx.unset"}
    },
}
"""Flags that a task cannot do without."""

WIDEST = 100
"""Cells beyond which a line is no longer easy to read."""

PURPOSE = (
    "ftlab makes the same change on every vESXi host of a nested VMware lab over SSH, verifies it "
    "on each, and can undo it. Unsupported by VMware; for labs only."
)
_START = (
    ("ftlab demo", "the whole story on a simulated lab; needs nothing else"),
    ("ftlab hosts.trust", "with your hosts in ./hosts.ini: record their keys"),
    ("ftlab hosts.check", "log in everywhere; says what to fix if that fails"),
    ("ftlab --help TASK", "a task's flags, with an example; flags follow the task"),
)
_VARIABLES = (
    "Each of these is also a variable (FTLAB_LIMIT for --limit) and a key in ftlab.toml (limit)."
)
_CORE = (
    ("-h, --help [TASK]", "this text, or that of a task"),
    ("-l, --list [COLLECTION]", "the tasks, or those of one collection"),
    ("-V, --version", "the version"),
)


def core_about() -> Pairs:
    """The program's own flags as they are typed, and what they are for."""
    return _CORE


def core_flags() -> list[tuple[str, str]]:
    """The program's own long flags."""
    return [(spelled.split()[1], about) for spelled, about in _CORE]


def about_program(
    tasks: Iterable[tuple[str, str]], width: int, heading: str = "", own: Pairs = ()
) -> str:
    """``tasks``: each task's name and first sentence, in the order to be shown; ``own`` those of
    the user, under a ``heading``."""
    return _joined(
        wrapped(PURPOSE, min(width, WIDEST)),
        ["Start:", *_columns(_START, width)],
        tasks_block(tasks, width),
        tasks_block(own, width, heading) if own else [],
        ["Flags:", *_columns(_CORE, width)],
    )


def tasks_block(tasks: Iterable[tuple[str, str]], width: int, heading: str = "Tasks:") -> list[str]:
    """The list of tasks under its heading."""
    return [heading, *_columns(tasks, width)]


def about_task(
    name: str, text: str, arguments: Sequence[Any], own: Container[str], width: int
) -> str:
    """``text``: the docstring; ``arguments``: the task's, of invoke; ``own``: the names of those
    that not every fleet task has."""
    mine = [each for each in arguments if each.name in own]
    shared = [each for each in arguments if each.name not in own]
    words = [each for each in mine if each.positional]
    flags = [each for each in mine if not each.positional]
    return _joined(
        [f"Usage: {usage(name, arguments)}"],
        *(wrapped(each.replace("\n", " "), min(width, WIDEST)) for each in text.split("\n\n")),
        _block("Arguments:", words, metavar, width),
        _block(f"Flags of {name}:", flags, spelled, width),
        _block("Flags of every fleet task:", shared, spelled, width),
        wrapped(_VARIABLES, min(width, WIDEST)) if shared else [],
    )


def usage(name: str, arguments: Iterable[Any]) -> str:
    """``ftlab vmx.set VM --set KEY=VALUE [flags]``."""
    words = [word for each in arguments if (word := _in_usage(name, each))]
    return " ".join(["ftlab", name, *words, "[flags]"])


def _in_usage(task: str, argument: Any) -> str:
    needed = bool(argument.positional) or argument.names[0] in _NEEDED.get(task, ())
    if _stands_alone(task, argument):
        return metavar(argument) if needed else f"[{metavar(argument)}]"
    return f"--{argument.names[0]} {metavar(argument)}" if needed else ""


def see(task: str) -> str:
    """Where to read more about a task."""
    return f"ftlab --help {task} shows its flags and an example"


def metavar(argument: Any) -> str:
    """What an argument's value is called."""
    return METAVARS.get(argument.names[0], "VALUE")


def spelled(argument: Any) -> str:
    """``-i, --inventory FILE``."""
    long, *short = argument.names
    lead = f"-{short[0]}, " if short else "    "
    return f"{lead}--{long}" + (f" {metavar(argument)}" if argument.takes_value else "")


def _stands_alone(task: str, argument: Any) -> bool:
    return bool(argument.positional) or ALONE.get(task) == argument.names[0]


def _block(
    title: str, arguments: Sequence[Any], spell: Callable[[Any], str], width: int
) -> list[str]:
    pairs = [(spell(each), each.help or "") for each in arguments]
    return [title, *_columns(pairs, width)] if pairs else []


def _columns(pairs: Iterable[tuple[str, str]], width: int) -> list[str]:
    rows = [[Cell(left), Cell(right)] for left, right in pairs]
    return table(rows, width=min(width, WIDEST), paint=Paint(), indent=2)


def _joined(*blocks: Sequence[str]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block)
