"""docs/design.md says where each task's verb is, and it is there."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from ftlab.tasks.namespace import NAMES, namespace

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"\| `([\w.-]+)` \| `((?:ops|cli|sim)/[\w/]+\.py)` \| `(\w+)` \|")
MAP = {
    task: (file, verb) for task, file, verb in ROW.findall((ROOT / "docs/design.md").read_text())
}


def imported(module: str) -> set[str]:
    """The modules that a module imports from, in functions too."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    found = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    return {n.module or "" for n in found} | {
        f"{n.module}.{a.name}" for n in found for a in n.names
    }


def test_every_task_is_on_the_map_once_and_no_other():
    assert set(MAP) == set(NAMES)


@pytest.mark.parametrize("task", NAMES)
def test_the_verb_is_where_the_map_says(task: str):
    file, verb = MAP[task]
    module = "ftlab." + file.removesuffix(".py").replace("/", ".")
    assert callable(getattr(importlib.import_module(module), verb))
    body = inspect.unwrap(namespace()[task].body).__module__
    assert body == f"ftlab.tasks.{task.partition('.')[0]}"
    near = {each for each in imported(body) if each.startswith("ftlab.")}
    nearer = {far for each in near if _is_module(each) for far in imported(each)}
    assert module in near | nearer


def _is_module(name: str) -> bool:
    path = ROOT / (name.replace(".", "/") + ".py")
    return path.exists()
