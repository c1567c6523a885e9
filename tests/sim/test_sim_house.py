"""The simulator's own house: folders of a readable size, and no import circle."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIM = ROOT / "ftlab/sim"
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in SIM.rglob("*.py")
}


def imported(name: str) -> set[str]:
    """Modules of the simulator that one of them imports, also in functions and for types."""
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    targets = {
        full if (full := f"{node.module}.{alias.name}") in MODULES else str(node.module)
        for node in froms
        for alias in node.names
    }
    return targets & MODULES.keys()


def test_nothing_imports_in_a_circle():
    graph = {name: imported(name) for name in MODULES}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
    assert "ftlab.sim.model.host" in graph["ftlab.sim.model.lab"]


def test_folders_are_of_a_readable_size():
    sizes = {
        folder: len([file for file in folder.glob("*.py") if file.name != "__init__.py"])
        for folder in {file.parent for file in MODULES.values()}
    }
    too_big = {str(folder.relative_to(SIM)): size for folder, size in sizes.items() if size > 15}
    assert too_big == {}
