"""The templates for issues: forms that a forge takes, whose commands exist, which ask for a
recording and say to read it first."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml
from blocks import ROOT
from test_docs import parsed

FOLDER = ROOT / ".github/ISSUE_TEMPLATE"
FORMS = sorted(path for path in FOLDER.glob("*.yml") if path.name != "config.yml")


def form(path: Any) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def texts(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(map(texts, value.values()))
    return "\n".join(map(texts, value)) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_it_is_a_form_that_asks_for_a_recording_to_be_read_first(path: Any) -> None:
    asked = form(path)
    assert {"name", "description", "body"} <= asked.keys()
    for field in asked["body"]:
        assert field["type"] in {"markdown", "textarea", "input"}
        assert field["attributes"].get("label") or field["type"] == "markdown"
    assert "ftlab hosts.record" in texts(asked)
    assert "read it before you share it" in texts(asked).lower()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_its_commands_are_ftlabs(path: Any) -> None:
    found = re.findall(r"`ftlab ([^`]+)`", texts(form(path)))
    assert found
    for words in found:
        assert parsed(shlex.split(words)) or words == "--version"


def test_a_bug_also_comes_with_the_log_of_its_run() -> None:
    assert "--run-log" in texts(form(FOLDER / "bug.yml"))
