"""``docs/words.md``: one word for one thing, and the help keeps to it."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from ftlab.model import STATUSES
from ftlab.tasks.namespace import NAMES, namespace

PAGE = (Path(__file__).parents[1] / "docs" / "words.md").read_text("utf-8")
OTHERS = re.compile(
    r"\b(cures?|proven|tak(e|es|en) back|puts? \w+ ?\w* back|roll(s|ed)? back|dry run|noop)\b", re.I
)
"""What the page says not to say."""


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_task_keeps_to_the_words(name: str):
    task = namespace()[name]
    texts = [inspect.getdoc(task) or "", *(each.help or "" for each in task.get_arguments())]
    assert [found[0] for text in texts for found in OTHERS.finditer(text)] == []


def test_the_words_for_how_a_host_ends_are_those_of_the_json():
    last = " ".join(PAGE.rpartition("\n\n")[2].split())
    assert all(f"*{status.replace('_', ' ')}*" in last for status in STATUSES)


def test_each_word_stands_there_once():
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]* \|$", PAGE, re.MULTILINE)
    words = [word for row in rows[1:] for word in row.split(", ")]
    assert "remedy" in " ".join(words)
    assert len(words) == len(set(words))


PACKAGE = Path(__file__).parents[1] / "ftlab"
PARTS = "|".join(sorted({path.stem for path in PACKAGE.iterdir() if path.stem.isidentifier()}))
NAMED = re.compile(rf"(?::\w+:`~?|``)((?:ftlab\.)?(?:{PARTS})(?:\.\w+)*\.[A-Z]\w+)`")
"""A class of ftlab's, with its module, in a docstring or a comment."""


def is_there(name: str) -> bool:
    module, _, kind = name.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), kind)
    except ModuleNotFoundError:
        return False


def test_a_docstring_names_no_class_that_is_not_there():
    named = {
        (path.name, found if found.startswith("ftlab.") else f"ftlab.{found}")
        for path in PACKAGE.rglob("*.py")
        for found in NAMED.findall(path.read_text("utf-8"))
    }
    assert len(named) > 20
    assert [each for each in sorted(named) if not is_there(each[1])] == []
