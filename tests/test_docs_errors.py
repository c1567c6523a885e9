"""``docs/errors``: a page for each kind of error, all of one form, with the program's own words."""

from __future__ import annotations

import ast
import functools
import re
import shlex
import subprocess
import sys

import pytest
from blocks import ROOT
from test_docs import parsed
from test_docs_reference import REFERENCE, documented, modules

from ftlab.cli.explain.explain import explained, listed
from ftlab.cli.explain.pages import kinds, page_of
from ftlab.errors import UsageError
from ftlab.esxi.logs.registry import SIGNATURES
from ftlab.report.layout.style import Paint

KINDS = sorted(documented())
PARTS = ["On the screen", "Why", "What to do"]
FAMILY = {"fault.NAME": "fault.InvalidOperationOnSecondaryVm", "vft.SIGNATURE": "vft.keys-missing"}
STATUS = {"unreachable": "`unreachable`, exit 4", "(exit 5)": "exit 5", "contacted": "Exit "}
"""What a page says of a kind, by a word of the heading under which the reference has it."""


STANDS_FOR_IT = re.compile(r"\((what happened|why not|the words of the host)\b")


def screen(kind: str) -> list[str]:
    """The lines of a page's example."""
    found = re.search(r"## On the screen\n\n```text\n(.*?)```", page_of(kind), re.DOTALL)
    assert found, kind
    return found[1].splitlines()


@functools.cache
def said() -> str:
    """All texts of the code, with a mark where something is filled in, and between them."""
    nodes = (node for module in modules().values() for node in ast.walk(module))
    texts = (n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return "\0".join(texts)


def test_each_kind_has_its_page_and_each_page_is_a_kind() -> None:
    assert kinds() == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_of_one_form(kind: str) -> None:
    text = page_of(kind)
    assert text.startswith(f"# {kind}\n\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert re.search(r"^(Status `\w+`|Exit \d|Seen in `lab.history`)", text, re.MULTILINE)
    assert re.search(r"\n## Why\n\n- ", text)
    assert re.search(r"\n## What to do\n\n1\. ", text)


@pytest.mark.parametrize("kind", KINDS)
def test_its_example_is_a_command_and_how_the_screen_shows_the_kind(kind: str) -> None:
    command, *lines = screen(kind)
    if command.startswith("$ "):
        assert parsed(shlex.split(command)[2:])
    else:
        lines = [command]
    shown = FAMILY.get(kind, kind)
    assert re.match(rf"ftlab: |– .*skipped: |✗ .*\b{re.escape(shown)}\)?$", lines[0])


@pytest.mark.parametrize("kind", KINDS)
def test_its_example_has_words_that_the_code_says(kind: str) -> None:
    """Three words in a row; those in brackets stand for what only the host knows."""
    text = " ".join(" ".join(screen(kind)[1:] or screen(kind)).split())
    words = re.sub(r"^[✗–] \S+ |^ftlab: ", "", text).split()
    rows = (" ".join(words[at : at + 3]) for at in range(len(words) - 2))
    assert STANDS_FOR_IT.search(text) or any(row in said() for row in rows)


def test_the_reference_links_to_each_and_agrees_on_how_it_ends() -> None:
    groups = REFERENCE.partition("\n## Error kinds\n")[2].partition("\n## ")[0].split("\n### ")[1:]
    linked = set()
    for group in groups:
        pairs = re.findall(r"\[`([^`]+)`\]\(errors/([^)]+)\.md\)", group)
        assert all(kind == page for kind, page in pairs)
        linked |= {kind for kind, _ in pairs}
        word = next((each for each in STATUS if each in group.partition("\n")[0]), "")
        missing = [kind for kind, _ in pairs if STATUS.get(word, "") not in page_of(kind)]
        missing = [kind for kind in missing if kind != "not_applicable"]  # is skipped
        assert missing == []
    assert linked == set(KINDS)


# -- ftlab explain ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_terminal_shows_it_without_the_marks_of_markdown(kind: str) -> None:
    text = explained(kind, 60, Paint())
    prose = [line for line in text.splitlines() if not line.startswith("    ")]
    assert text.startswith(f"{kind}\n\n")
    assert not re.search(r"`|\]\(|^#", "\n".join(prose))
    assert [line for line in prose if len(line) > 60] == []
    assert all(f"    {line}" in text for line in screen(kind))


@pytest.mark.parametrize("row", SIGNATURES, ids=lambda row: row.name)
def test_a_failure_that_the_logs_show_is_told_with_its_own_remedy(row) -> None:
    text = " ".join(explained(f"vft.{row.name}", 80, Paint()).split())
    assert " ".join(row.advice.split()) in text
    assert " ".join(row.source.split()) in text


def test_any_fault_has_the_page_for_faults_and_capitals_do_not_count() -> None:
    assert page_of("fault.NotFound") == page_of("fault.NAME")
    assert page_of("FAULT.name") == page_of("fault.NAME")
    assert page_of("Locked") == page_of("locked")


def test_the_list_has_each_kind_with_a_sentence() -> None:
    rows = re.findall(r"^(\S+)  +\S.*$", listed(100, Paint()), re.MULTILINE)
    assert set(rows) >= set(KINDS)


def test_a_word_that_is_no_kind_gets_the_nearest() -> None:
    with pytest.raises(UsageError, match="lokced") as raised:
        page_of("lokced")
    assert raised.value.hint == "did you mean 'locked'?"


@pytest.mark.parametrize("words", [["lokced"], ["../reference"], ["/etc/passwd"]])
def test_the_command_says_so_and_ends_with_2(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ftlab", "explain", *words], capture_output=True, text=True,
        timeout=60, check=False, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert f"explain {words[0]}: no error is of this kind" in done.stderr
