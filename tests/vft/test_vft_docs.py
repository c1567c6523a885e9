"""docs/vft.md says what the code knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ftlab.esxi.logs.signatures import KINDS, SIGNATURES
from ftlab.ops.vft.keys import KEYS, LEGACY_KEY, STREAM_OPTION
from ftlab.ops.vft.pairs import MEANINGS
from ftlab.ops.vft.requirements.host_rules import HOST_RULES, PAIR_RULES
from ftlab.ops.vft.requirements.vm_rules import LEGACY_KEY_RULE, VM_RULES
from ftlab.tasks.namespace import _MEMBERS

TEXT = (Path(__file__).parents[2] / "docs" / "vft.md").read_text("utf-8")
ROWS = [
    tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
    for line in TEXT.splitlines()
    if line.startswith("| ")
]


def test_the_troubleshooting_table_is_the_registry() -> None:
    wanted = [(s.name, s.kind, s.meaning, s.advice) for s in SIGNATURES]
    assert [row for row in ROWS if row[0] in {s.name for s in SIGNATURES}] == wanted


@pytest.mark.parametrize(
    "requirement",
    sorted({r.requirement for r in (*HOST_RULES, *VM_RULES, *PAIR_RULES, LEGACY_KEY_RULE)}),
)
def test_every_requirement_is_there(requirement: str) -> None:
    assert f"`{requirement}`" in TEXT


@pytest.mark.parametrize("state", MEANINGS)
def test_every_state_is_there(state: str) -> None:
    assert (state, MEANINGS[state]) in ROWS


def test_the_keys_the_option_and_the_kinds_are_named() -> None:
    for word in (*KEYS, LEGACY_KEY, STREAM_OPTION, *KINDS):
        assert word in TEXT


@pytest.mark.parametrize("task", _MEMBERS["vft"])
def test_every_task_is_shown(task: str) -> None:
    assert f"ftlab vft.{task}" in TEXT


def test_every_command_shown_is_one() -> None:
    known = {f"{group}.{name}" for group, tasks in _MEMBERS.items() for name in tasks}
    shown = set(re.findall(r"^ftlab ([a-z]+\.[a-z-]+)", TEXT, re.MULTILINE))
    assert shown
    assert shown <= known
