"""``ftlab --help`` from the table of tasks, without loading the tasks themselves."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

_HANDED_ON = "from ftlab.tasks.namespace import namespace\nns = namespace()"
_MOST = 2000
"""Bytes of a ``tasks.py`` that may still be no more than that."""


def quick_help(words: Sequence[str], env: Mapping[str, str], width: int) -> str | None:
    """The help text, if the words ask for no more than that and there are no tasks of the user's
    own, which would have to be loaded to be listed; else ``None``."""
    if list(words) not in (["--help"], ["-h"]) or _may_hold_tasks(env.get("FTLAB_TASKS")):
        return None
    from ftlab.cli.help_text import about_program

    tasks = table()["tasks"]
    return about_program([(name, task["help"]) for name, task in tasks.items()], width)


def _may_hold_tasks(named: str | None) -> bool:
    """``named``: what ``FTLAB_TASKS`` says, whose file has to be looked at, if only to say that it
    is not there; an empty one means none."""
    if named is not None:
        return bool(named)
    if not os.path.isfile("tasks.py"):
        return False
    try:
        with open("tasks.py", "rb") as file:
            return not _hands_on(file.read(_MOST + 1))
    except OSError:
        return True


def _hands_on(text: bytes) -> bool:
    """Whether a ``tasks.py`` does no more than hand ftlab's tasks on to ``inv``, as that of a
    checkout does."""
    import ast

    if len(text) > _MOST:
        return False
    try:
        given, known = ast.parse(text), ast.parse(_HANDED_ON)
    except (SyntaxError, ValueError):
        return False
    return ast.dump(ast.Module(given.body[ast.get_docstring(given) is not None :], [])) == (
        ast.dump(known)
    )


def table() -> dict[str, Any]:
    """``tasks.json``, as :mod:`ftlab.cli.completion.task_table` has written it."""
    with open(os.path.join(os.path.dirname(__file__), "tasks.json"), encoding="utf-8") as file:
        return dict(json.load(file))
