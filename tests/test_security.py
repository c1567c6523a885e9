"""SECURITY.md: each test that it names is there, and each promise names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_a_test() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and "| promise" not in line]
    assert len(rows) > 15
    assert [row for row in rows if "`tests/" not in row] == []


def test_all_four_attackers_and_the_rest_are_there() -> None:
    heads = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    for word in ("report", "host", "inventory", "user", "network", "not promised"):
        assert [head for head in heads if word in head], word
