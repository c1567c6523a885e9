"""The JSON Schemas that come with the package."""

from __future__ import annotations

from ftlab.errors import UsageError
from ftlab.nearest import suggest

ANY = "report"
_END = ".schema.json"


def schema(task: str) -> str:
    """The schema of a task's documents, or of any (``report``). Raises ``UsageError`` for a task
    that has none."""
    from importlib.resources import files

    folder = files("ftlab.report.json.schema") / "files"
    known = sorted(each.name.removesuffix(_END) for each in folder.iterdir())
    if task not in known:
        hint = suggest(task, known) or f"ftlab schema {ANY} prints the one for all tasks"
        raise UsageError(f"schema {task}: no task of that name prints JSON", hint=hint)
    return (folder / f"{task}{_END}").read_text("utf-8")
