"""docs/design.md says where each task's verb is, and it is there."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlab import Lab
from ftlab.tasks.namespace import NAMES, namespace

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"\| `([\w.-]+)` \| `((?:ops|cli|sim)/[\w/]+\.py)` \| `(\w+)` \|")
MAP = {
    task: (file, verb) for task, file, verb in ROW.findall((ROOT / "docs/design.md").read_text())
}


def imported(module: str) -> set[str]:
    """The modules that a module imports from, in functions too."""
    return _imports(inspect.getsource(importlib.import_module(module)))


def methods_of(body: Callable[..., Any]) -> set[str]:
    """What is imported by the methods of ``Lab`` that a body calls."""
    called = re.findall(r"\blab\.([a-z_]+)\(", inspect.getsource(body))
    sources = [inspect.getsource(getattr(Lab, name)) for name in called]
    return {name for source in sources for name in _imports(textwrap.dedent(source))}


def _imports(source: str) -> set[str]:
    tree = ast.parse(source)
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
    body = inspect.unwrap(namespace()[task].body)
    assert body.__module__ == f"ftlab.tasks.{task.partition('.')[0]}"
    if module in methods_of(body):
        return
    near = {each for each in imported(body.__module__) if each.startswith("ftlab.")}
    nearer = {far for each in near if _is_module(each) for far in imported(each)}
    assert module in near | nearer


def _is_module(name: str) -> bool:
    path = ROOT / (name.replace(".", "/") + ".py")
    return path.exists()
