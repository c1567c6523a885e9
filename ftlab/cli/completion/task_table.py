"""What ``tasks.json`` holds: the tasks with their flags, for those who cannot wait for invoke."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from typing import Any

from ftlab.cli.completion.scripts import SHELLS
from ftlab.cli.flags import FLAGS
from ftlab.cli.fleet_task import FleetTask
from ftlab.cli.help_text import ALONE, core_flags, metavar


def table_text(root: Any, names: Iterable[str]) -> str:
    """``root``: invoke's collection; ``names``: its tasks, in the order to be offered."""
    tasks = {name: root[name] for name in names}
    arguments = {name: task.get_arguments() for name, task in tasks.items()}
    shared = {flag.name.replace("_", "-") for flag in FLAGS}
    fleet = [name for name, task in tasks.items() if isinstance(task, FleetTask)]
    head = {
        "core": core_flags(),
        "choices": choices(),
        "fleet": [_flag(a) for a in arguments[fleet[0]] if a.names[0] in shared],
    }
    entries = {
        name: _task(name, task, arguments[name], shared if name in fleet else set())
        for name, task in tasks.items()
    }
    rows = [f"{_text(name)}: {_text(entry)}" for name, entry in entries.items()]
    parts = [f"{_text(name)}: {_text(part)}" for name, part in head.items()]
    return ",\n".join(["{" + parts[0], *parts[1:], '"tasks": {\n' + ",\n".join(rows)]) + "\n}}\n"


def choices() -> dict[str, list[str]]:
    """By flag or argument, or by task and that, the values it takes where they are few."""
    from ftlab.cli.explain.pages import kinds
    from ftlab.ops.vft.secondary.request import TRIGGERS
    from ftlab.profile import BUILT_IN
    from ftlab.report.json.schema.whole import TASKS
    from ftlab.sim import VERSIONS
    from ftlab.sim.ft.spec import SIGNATURES

    return {
        "--executor": ["threads", "processes", "dask://"],
        "--host-key": ["strict", "accept-new"],
        "--trigger": list(TRIGGERS),
        "completion shell": list(SHELLS),
        "explain kind": kinds(),
        "lab.profiles name": list(BUILT_IN),
        "schema task": [*TASKS, "report"],
        "sim.serve --failure": list(SIGNATURES),
        "sim.serve --remedy": ["1", "0", "none"],
        "sim.serve --shell": ["auto", "small", "busybox"],
        "sim.serve --versions": list(VERSIONS),
        "vft.enable --stream": ["0", "1"],
        "vft.stream --value": ["0", "1"],
    }


def _task(name: str, task: Any, arguments: list[Any], shared: set[str]) -> dict[str, Any]:
    alone = [a for a in arguments if a.positional or ALONE.get(name) == a.names[0]]
    return {
        "help": (inspect.getdoc(task) or "").partition("\n")[0],
        "fleet": bool(shared),
        "words": [[a.name, metavar(a)] for a in alone],
        "flags": [_flag(a) for a in arguments if not a.positional and a.names[0] not in shared],
    }


def _flag(argument: Any) -> list[Any]:
    long, *short = argument.names
    return [
        f"--{long}",
        f"-{short[0]}" if short else "",
        metavar(argument) if argument.takes_value else "",
        argument.help or "",
        argument.kind is list or bool(argument.incrementable),
    ]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
