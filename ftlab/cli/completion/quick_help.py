"""``ftlab --help`` from the table of tasks, without loading the tasks themselves."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any


def quick_help(words: Sequence[str], env: Mapping[str, str], width: int) -> str | None:
    """The help text, if the words ask for no more than that and there are no tasks of the user's
    own, which would have to be loaded to be listed; else ``None``."""
    own = env.get("FTLAB_TASKS", "tasks.py")
    if list(words) not in (["--help"], ["-h"]) or (own and os.path.lexists(own)):
        return None
    if env.get("FTLAB_TASKS"):
        return None  # a file that is not there is an error
    from ftlab.cli.help_text import about_program

    tasks = table()["tasks"]
    return about_program([(name, task["help"]) for name, task in tasks.items()], width)


def table() -> dict[str, Any]:
    """``tasks.json``, as :mod:`ftlab.cli.completion.task_table` has written it."""
    with open(os.path.join(os.path.dirname(__file__), "tasks.json"), encoding="utf-8") as file:
        return dict(json.load(file))
