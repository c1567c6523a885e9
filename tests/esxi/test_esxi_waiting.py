"""Snapshots, and the questions that hold a virtual machine up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ParseError
from ftlab.esxi.vm import questions, snapshots
from ftlab.esxi.vm.questions import Question, parse_message
from ftlab.esxi.vm.snapshots import Snapshot, parse_snapshots

_NAMELESS = "a snapshot without a name, or with no number as its id"
TREE = """\
Get Snapshot:
|-ROOT
--Snapshot Name        : base
--Snapshot Id        : 1
--Snapshot Desciption  : a: b
second line

--Snapshot Created On  : 2/3/2015 18:12:50
--Snapshot State       : powered on
--|-CHILD
----Snapshot Name        : patched
----Snapshot Id          : 12
----Snapshot Desciption  :
----Snapshot Created On  : 2/3/2015 18:13:15
----Snapshot State       : powered off
----|-CHILD
------Snapshot Name        : -odd |-CHILD
------Snapshot Id        : 13
------Snapshot Description : x
|-ROOT
--Snapshot Name        : 4.x has no id
"""
EXPECTED = [
    Snapshot("base", 0, 1, "a: b\nsecond line", "2/3/2015 18:12:50", "powered on"),
    Snapshot("patched", 1, 12, "", "2/3/2015 18:13:15", "powered off"),
    Snapshot("-odd |-CHILD", 2, 13, "x"),
    Snapshot("4.x has no id", 0),
]


def test_a_tree_of_snapshots() -> None:
    assert parse_snapshots(TREE) == EXPECTED
    assert parse_snapshots("motd\r\n" + TREE.replace("\n", "\r\n")) == EXPECTED
    assert parse_snapshots("\n".join("    " + line for line in TREE.split("\n")))[1] == EXPECTED[1]


def test_no_snapshot() -> None:
    assert parse_snapshots("Get Snapshot:\n") == parse_snapshots("Get Snapshot:\n\n") == []


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("", "not a list of snapshots", 1),
        ("No snapshots\n", "not a list of snapshots", 1),
        ("Get Snapshot:\njunk\n", "not a line of a snapshot", 2),
        ("Get Snapshot:\n--Snapshot Name : x\n", "not a line of a snapshot", 2),
        ("Get Snapshot:\n|-ROOT\njunk\n", "not a line of a snapshot", 3),
        ("Get Snapshot:\n|-ROOT\n--Snapshot Name : x\n--Snapshot Id : 1\njunk\n",
         "not a line of a snapshot", 5),
        ("x\nGet Snapshot:\n|-ROOT\n", _NAMELESS, 3),
        ("Get Snapshot:\n|-ROOT\n--Snapshot Id        : 1\n", _NAMELESS, 2),
        ("Get Snapshot:\n|-ROOT\n--Snapshot Name : a\n--Snapshot Id : one\n", _NAMELESS, 2),
        ("Get Snapshot:\n|-ROOT\n--Snapshot Name : a\n--Snapshot Id : " + "1" * 19, _NAMELESS, 2),
    ],
)  # fmt: skip
def test_a_broken_tree_is_an_error(text: str, what: str, line: int) -> None:
    with pytest.raises(ParseError, match=rf"^{what} \(line") as caught:
        parse_snapshots(text)
    assert caught.value.evidence["line"] == line


def test_a_name_may_have_two_lines() -> None:
    text = "Get Snapshot:\n|-ROOT\n--Snapshot Name        : a\nb\n--Snapshot Id        : 1\n"
    assert parse_snapshots(text) == [Snapshot("a\nb", 0, 1)]


OLD = """\
Virtual machine message 0:
msg.uuid.altered:This virtual machine may have been moved or copied.

Steps:
1. Look.
2. Answer.

If you don't know, answer "I copied it".
   0. Cancel (Cancel)
   1. I _moved it (I _moved it)
   2. I _copied it (I _copied it) [default]
Answer:
"""
CHOICES = (("0", "Cancel"), ("1", "I _moved it"), ("2", "I _copied it"))


def test_a_choice_that_is_named_by_its_resource() -> None:
    """The keys and words of vSphere's API from 5.0 on; 4.x has words in both places."""
    text = "Virtual machine message _vmx1: text\n0. button.uuid.movedTheVM (I Moved It) [default]\n"
    assert parse_message(text) == Question("_vmx1", "text", (("0", "I Moved It"),), "0")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Cancel (all) (Cancel (all))", "Cancel (all)"),
        ("A (a) (b) (A (a) (b))", "A (a) (b)"),
        ("button.yes (Yes (really))", "Yes (really)"),
        ("No (Not now (or ever))", "No"),
        ("Plain", "Plain"),
    ],
)
def test_a_choice_with_parentheses_of_its_own(written: str, words: str) -> None:
    found = parse_message(f"Virtual machine message _vmx1: text\n   0. {written} [default]\n")
    assert found == Question("_vmx1", "text", (("0", words),), "0")


def test_a_question() -> None:
    found = parse_message("motd\n" + OLD)
    assert found == Question(
        "0",
        "msg.uuid.altered:This virtual machine may have been moved or copied.\n\nSteps:\n1. Look.\n"
        '2. Answer.\n\nIf you don\'t know, answer "I copied it".',
        CHOICES,
        "2",
    )
    assert parse_message(OLD.replace("\n", "\r\n")) == parse_message(OLD)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Virtual machine message _vmx1: text\n0. OK (OK)\n",
         Question("_vmx1", "text", (("0", "OK"),))),
        ("Virtual machine message _vmx1:\n0. Retry\n1. Cancel [default]\n",
         Question("_vmx1", "", (("0", "Retry"), ("1", "Cancel")), "1")),
        ("Virtual machine message 3:text\n0. A (b) c\n10. D (x (y)) [default] \n",
         Question("3", "text", (("0", "A (b) c"), ("10", "D")), "10")),
        ("Virtual machine message 3: a\n\\0. A (A) 1. B (B) [default] 2. C (C)\n",
         Question("3", "a", (("0", "A"), ("1", "B"), ("2", "C")), "1")),
    ],
)  # fmt: skip
def test_questions_in_every_wording(text: str, question: Question) -> None:
    assert parse_message(text) == question


def test_no_question() -> None:
    assert parse_message("No message.\n") is parse_message("motd\r\n No message. \r\n") is None


@pytest.mark.parametrize(
    "text", ["", "No message", "(vim.fault.NotFound) {\n}\n", "Virtual machine message:\n0. A\n"]
)
def test_other_words_are_an_error(text: str) -> None:
    with pytest.raises(
        ParseError, match=r"^neither a question nor the word that there is none \(line"
    ):
        parse_message(text)


def test_a_question_without_choices_is_an_error() -> None:
    with pytest.raises(ParseError, match=r"^a question without choices \(line") as caught:
        parse_message("x\nVirtual machine message 1: really?\nno\n")
    assert caught.value.evidence["line"] == 2


@given(st.text() | st.text(alphabet="Virtualmcnesg 0123.:()[]\n-|"))
def test_any_text_is_an_answer_or_a_parse_error(
    error_of: Callable[..., ParseError | None], text: str
) -> None:
    for parse in (parse_message, parse_snapshots):
        for prefix in ("", "Virtual machine message 1: x\n0. A\n", "Get Snapshot:\n|-ROOT\n"):
            error = error_of(parse, prefix + text)
            assert error is None or error.evidence["line"] >= 1


def test_what_vim_cmd_is_told() -> None:
    for command, words, repeatable in (
        (snapshots.build_get(7), "snapshot.get 7", True),
        (snapshots.build_revert(7, 2), "snapshot.revert 7 2 1", True),
        (questions.build_message(7), "message 7", True),
        (questions.build_answer(7, "_vmx1", "2"), "message 7 _vmx1 2", False),
    ):
        assert str(command) == f"vim-cmd vmsvc/{words}"
        assert command.repeatable is repeatable
