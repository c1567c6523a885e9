"""The schemas as files: in the package, for ``ftlab schema``, and in the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ftlab.report.json.schema.of_type import Schema
from ftlab.report.json.schema.whole import TASKS, task_schema, whole_schema

HERE = "ftlab/report/json/schema/files"
PAGE = "docs/report.schema.json"
_WIDE = 100
"""Cells of a line that holds a whole value."""


def texts() -> dict[str, str]:
    """Every file by its path in a checkout."""
    whole = _text(whole_schema())
    own = {f"{HERE}/{task}.schema.json": _text(task_schema(task)) for task in TASKS}
    return {PAGE: whole, f"{HERE}/report.schema.json": whole, **own}


def write(checkout: Path, said: Callable[[str], object] = print) -> None:
    """Write those that are not as they should be."""
    for name, text in texts().items():
        file = checkout / name
        if not file.is_file() or file.read_text("utf-8") != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
            said(name)


def _text(schema: Schema) -> str:
    return "\n".join(_lines(schema, "")) + "\n"


def _lines(value: Any, lead: str) -> list[str]:
    """A value over several lines; one that fits into one line is not broken."""
    whole = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(lead) + len(whole) <= _WIDE:
        return [whole]
    inner = lead + "  "
    if isinstance(value, dict):
        named = [(f"{json.dumps(name)}: ", each) for name, each in value.items()]
    else:
        named = [("", each) for each in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    found = [opening]
    for name, each in named:
        first, *more = _lines(each, inner)
        found += [f"{inner}{name}{first}", *more]
        found[-1] += ","
    found[-1] = found[-1].removesuffix(",")
    return [*found, lead + closing]
