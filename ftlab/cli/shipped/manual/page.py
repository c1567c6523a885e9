"""``ftlab.1``: the page itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from ftlab.cli.flags import FLAGS
from ftlab.cli.fleet_task import FleetTask
from ftlab.cli.help_text import PURPOSE, core_about, spelled, usage
from ftlab.cli.shipped.manual.facts import ENVIRONMENT, EXIT_CODES, FILES
from ftlab.cli.shipped.manual.roff import entries, entry, escaped, example, paragraph, section
from ftlab.frozen import frozen
from ftlab.version import VERSION

_SHARED = {flag.name for flag in FLAGS}


def manual(root: Any, names: Iterable[str]) -> str:
    """``root``: invoke's collection; ``names``: its tasks, in the order to be listed."""
    tasks = [Listed.of(name, root[name]) for name in names]
    flags = next(task.shared for task in tasks if task.shared)
    return "\n".join([
        f'.TH FTLAB 1 "" "ftlab {VERSION}" "User Commands"',
        section("NAME", escaped("ftlab - the same change on every host of a nested VMware lab")),
        section("SYNOPSIS", "\\fBftlab\\fR \\fITASK\\fR [\\fIflags\\fR]", ".br",
                "\\fBftlab\\fR \\fB\\-\\-help\\fR [\\fITASK\\fR]"),
        section("DESCRIPTION", escaped(PURPOSE), paragraph(_STREAMS)),
        section("TASKS", *map(_task, tasks)),
        section("FLAGS OF THE PROGRAM", entries(core_about())),
        section("FLAGS OF EVERY FLEET TASK", escaped(_FLAGS), *map(_flag, flags)),
        section("EXIT STATUS", entries((str(code), why) for code, why in EXIT_CODES.items())),
        section("ENVIRONMENT", entries(ENVIRONMENT.items())),
        section("FILES", entries(FILES.items())),
        section("EXAMPLES", *_EXAMPLES),
        section("SEE ALSO", "\\fBssh\\fR(1), \\fBssh_config\\fR(5)"),
    ]) + "\n"  # fmt: skip


_STREAMS = (
    "What a task finds goes to standard output, all else to standard error. A change is shown and "
    "asked for on a terminal; without one it needs --yes. lab.undo takes a run back."
)
_FLAGS = (
    "Each is also a variable (FTLAB_LIMIT for --limit) and a key in ftlab.toml (limit): a flag "
    "wins over its variable, that over the file. Flags follow the task."
)
_EXAMPLES = (
    escaped("A tour on a simulated lab, which needs nothing else:"),
    example("ftlab demo"),
    paragraph("The first steps with hosts of your own:"),
    example(
        "ftlab hosts.example > hosts.ini", "ftlab hosts.trust", "ftlab hosts.check",
        "ftlab vft.enable --vm db01 --check",
    ),
)  # fmt: skip


@frozen
class Listed:
    """A task with its arguments: its own, and those that every fleet task has."""

    name: str
    about: str
    own: tuple[Any, ...]
    shared: tuple[Any, ...]

    @classmethod
    def of(cls, name: str, task: Any) -> Listed:
        """invoke hands each task's arguments out once: a second time they have no help."""
        arguments = task.get_arguments()
        shared = [each for each in arguments if isinstance(task, FleetTask) and _is_shared(each)]
        own = [each for each in arguments if each not in shared]
        return cls(name, inspect.getdoc(task) or "", tuple(own), tuple(shared))


def _is_shared(argument: Any) -> bool:
    return argument.name in _SHARED


def _task(task: Listed) -> str:
    typed = usage(task.name, task.own).removeprefix("ftlab ").removesuffix(" [flags]")
    flags = [_flag(each) for each in task.own if not each.positional]
    about = entry(typed, *task.about.split("\n\n"))
    return "\n".join([about, *([".RS", *flags, ".RE"] if flags else [])])


def _flag(argument: Any) -> str:
    return entry(spelled(argument).strip(), argument.help or "")
