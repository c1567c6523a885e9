"""The pages that are made from the code: the tasks, and the library."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import ftlab
from ftlab.cli.completion.task_table import table_text
from ftlab.cli.help_text import usage
from ftlab.tasks.namespace import NAMES, namespace

LIBRARY = """\
The library
===========

``from ftlab import Lab`` does what the command line does; each task has a method. What a method
returns is a report, with an outcome for each host. Nothing is asked: what a method is called for is
done, unless the lab was opened with ``check=True``.

"""


def tasks_page() -> str:
    """Every task: how it is called, what it does, an example, and the flags that are its own."""
    known = json.loads(table_text(namespace(), NAMES))
    lines = [
        "# Tasks", "",
        "As `ftlab --help TASK` prints it. Every task that talks to hosts also has the",
        "[flags of every fleet task](reference.md#flags-of-every-task-that-talks-to-hosts).", "",
    ]  # fmt: skip
    for collection, names in groupby(NAMES, lambda name: name.partition(".")[0]):
        lines += [f"## {collection}", ""]
        for name in names:
            lines += _task(name, known["tasks"][name])
    return "\n".join(lines)


def _task(name: str, entry: dict[str, Any]) -> Iterator[str]:
    task = namespace()[name]
    text, _, example = (inspect.getdoc(task) or "").partition("\nExample: ")
    if "." in name:
        yield from (f"### {name}", "")
    yield from ("```text", usage(name, task.get_arguments()), "```", "", _code(text).strip(), "")
    yield from ("```sh", example.strip(), "```", "")
    if entry["flags"]:
        yield from ("| flag | meaning |", "|---|---|")
        yield from map(_flag, entry["flags"])
        yield ""


def _flag(row: list[Any]) -> str:
    long, short, value, about, repeatable = row
    spelled = ", ".join(f"`{each} {value}`".replace(" `", "`") for each in (short, long) if each)
    again = " (repeatable)" if repeatable and "repeatable" not in about else ""
    return f"| {spelled} | {_code(about)}{again} |".replace("\n", " ")


def _code(text: str) -> str:
    """A docstring's text: what Markdown would take for its own is escaped."""
    return re.sub(r"([*_<>|\[\]])", r"\\\1", text)


def library_page() -> str:
    """All that ``from ftlab import …`` gives."""
    names = [name for name in ftlab.__all__ if not name.startswith("__")]
    names.sort(key=lambda name: (name != "Lab", name))
    return LIBRARY + "\n".join(map(_member, names))


def _member(name: str) -> str:
    kind = "class" if inspect.isclass(getattr(ftlab, name)) else "function"
    options = ["   :members:", "   :inherited-members: Exception"] if kind == "class" else []
    line = "-" * len(name)
    return "\n".join([name, line, "", f".. auto{kind}:: ftlab.{name}", *options, ""])
