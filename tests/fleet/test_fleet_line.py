"""A worker's line to its parent, without any process: what is sent is looked at."""

from __future__ import annotations

import pickle
import threading
from types import SimpleNamespace

import pytest

from ftlab.errors import Lost, Refused
from ftlab.fleet.line import Line, attempt


def unpacked(message: bytes) -> tuple[str, int, tuple[str, ...]]:
    return pickle.loads(message)  # type: ignore[no-any-return]  # noqa: S301


class Parent:
    """Answers each question in the worker's own thread."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers
        self.heard: list[object] = []
        self.line = Line(self._hear, "here")

    def _hear(self, message: bytes) -> None:
        kind, number, words = unpacked(message)
        self.heard.append((kind, words))
        if kind == "ask" and words[0] in self.answers:
            self.line.answered(number, (True, self.answers[words[0]]))


def test_a_question_gets_its_answer() -> None:
    parent = Parent(setup="march")
    assert parent.line.ask("setup") == "march"
    assert parent.heard == [("ask", ("setup",))]


def test_the_parents_error_is_raised_at_the_worker() -> None:
    line = Line(lambda message: line.answered(unpacked(message)[1], (False, Refused("no"))), "")
    with pytest.raises(Refused, match="no"):
        line.ask("intend")


def test_answers_find_their_questions_in_any_order() -> None:
    asked: dict[str, int] = {}
    both = threading.Barrier(2)

    def hear(message: bytes) -> None:
        _kind, number, (word,) = unpacked(message)
        asked[word] = number
        if both.wait(10) == 0:  # the one who comes last: answer the other one first
            for each in sorted(asked, reverse=True):
                line.answered(asked[each], (True, each.upper()))

    line, answers = Line(hear, ""), {}
    threads = [
        threading.Thread(target=lambda word=word: answers.update({word: line.ask(word)}))
        for word in ("a", "b")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == {"a": "A", "b": "B"}


def test_a_parent_that_does_not_answer_in_time_is_lost() -> None:
    line = Line(lambda _message: None, "", patience=0.01)
    with pytest.raises(Lost) as caught:
        line.ask("setup")
    assert caught.value.kind == "lost.parent"


def test_an_answer_that_comes_too_late_is_dropped() -> None:
    numbers: list[int] = []
    line = Line(lambda m: numbers.append(unpacked(m)[1]), "", patience=0.01)
    with pytest.raises(Lost):
        line.ask("setup")
    line.answered(numbers[0], (True, "late"))


def test_a_broken_line_is_a_lost_parent_for_a_question_and_nothing_for_a_word() -> None:
    def broken(_message: bytes) -> None:
        raise OSError("broken pipe")

    line = Line(broken, "")
    line.tell("say", "hello")
    with pytest.raises(Lost, match="does not answer"):
        line.ask("setup")


def test_closing_ends_open_questions_and_what_was_kept() -> None:
    closed: list[str] = []
    line = Line(lambda _message: line.close(), "")  # the run ends before the answer comes
    line.kept = SimpleNamespace(close=lambda: closed.append("kept"))
    with pytest.raises(Lost):
        line.ask("setup")
    line.close()
    assert closed == ["kept"]


def test_a_surprise_travels_with_its_traceback_and_an_error_of_ours_as_it_is() -> None:
    good, error = attempt(lambda: {}["vmid"])
    assert not good
    assert isinstance(error, KeyError)
    assert "Traceback" in "".join(error.__notes__)
    ours = Refused("no", kind="value.range")
    good, error = attempt(_raise, ours)
    assert (error.kind, getattr(error, "__notes__", None)) == ("value.range", None)


def _raise(error: Exception) -> None:
    raise error
