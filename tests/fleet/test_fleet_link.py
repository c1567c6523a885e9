"""A worker's link to its parent, without any process: what is sent is looked at."""

from __future__ import annotations

import pickle
import threading
from types import SimpleNamespace

import pytest

from ftlab.errors import Lost, Refused
from ftlab.fleet.workers.rpc import Link, attempt


def unpacked(message: bytes) -> tuple[str, int, tuple[str, ...]]:
    return pickle.loads(message)  # type: ignore[no-any-return]  # noqa: S301


class Parent:
    """Answers each question in the worker's own thread."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers
        self.heard: list[object] = []
        self.link = Link(self._hear, "here")

    def _hear(self, message: bytes) -> None:
        kind, number, words = unpacked(message)
        self.heard.append((kind, words))
        if kind == "ask" and words[0] in self.answers:
            self.link.answered(number, (True, self.answers[words[0]]))


def test_a_question_gets_its_answer() -> None:
    parent = Parent(setup="march")
    assert parent.link.ask("setup") == "march"
    assert parent.heard == [("ask", ("setup",))]


def test_the_parents_error_is_raised_at_the_worker() -> None:
    link = Link(lambda message: link.answered(unpacked(message)[1], (False, Refused("no"))), "")
    with pytest.raises(Refused, match="no"):
        link.ask("intend")


def test_answers_find_their_questions_in_any_order() -> None:
    asked: dict[str, int] = {}
    both = threading.Barrier(2)

    def hear(message: bytes) -> None:
        _kind, number, (word,) = unpacked(message)
        asked[word] = number
        if both.wait(10) == 0:  # the one who comes last: answer the other one first
            for each in sorted(asked, reverse=True):
                link.answered(asked[each], (True, each.upper()))

    link, answers = Link(hear, ""), {}
    threads = [
        threading.Thread(target=lambda word=word: answers.update({word: link.ask(word)}))
        for word in ("a", "b")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == {"a": "A", "b": "B"}


def test_a_parent_that_does_not_answer_in_time_is_lost() -> None:
    link = Link(lambda _message: None, "", timeout=0.01)
    with pytest.raises(Lost) as caught:
        link.ask("setup")
    assert caught.value.kind == "lost.parent"


def test_an_answer_that_comes_too_late_is_dropped() -> None:
    numbers: list[int] = []
    link = Link(lambda m: numbers.append(unpacked(m)[1]), "", timeout=0.01)
    with pytest.raises(Lost):
        link.ask("setup")
    link.answered(numbers[0], (True, "late"))


def test_a_broken_line_is_a_lost_parent_for_a_question_and_nothing_for_a_word() -> None:
    def broken(_message: bytes) -> None:
        raise OSError("broken pipe")

    link = Link(broken, "")
    link.notify("say", "hello")
    with pytest.raises(Lost, match="does not answer"):
        link.ask("setup")


def test_closing_ends_open_questions_and_what_was_kept() -> None:
    closed: list[str] = []
    link = Link(lambda _message: link.close(), "")  # the run ends before the answer comes
    link.kept = SimpleNamespace(close=lambda: closed.append("kept"))
    with pytest.raises(Lost):
        link.ask("setup")
    link.close()
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
