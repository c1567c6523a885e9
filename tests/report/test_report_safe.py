"""Text from hosts made harmless for a terminal and for JSON."""

from __future__ import annotations

import json
import unicodedata
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from ftlab.model import Change, Secret
from ftlab.report.json.plain import to_json
from ftlab.report.layout.escape import escape, without_surrogates

any_text = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "Cf"]))


def test_escapes_are_shown_not_sent() -> None:
    assert escape("\x1b[2J\x07") == r"\x1b[2J\x07"
    assert escape("a\tb\r\n") == r"a\tb\r\n"
    assert escape("evil\u202etxt") == r"evil\u202etxt"
    assert escape("\x9b31m") == r"\x9b31m"


def test_bytes_that_are_not_utf8_are_shown_as_bytes() -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert escape(name) == r"caf\xe9"
    assert without_surrogates(name) == r"caf\xe9"


def test_honest_text_of_any_script_passes() -> None:
    for text in ("", "db01", "数据库", "naïve → ✓", "Ωmega"):
        assert escape(text) == text


def test_what_may_stay_stays() -> None:
    assert escape("a\nb\x1b", keep="\n") == "a\nb\\x1b"


@given(any_text)
def test_a_terminal_gets_nothing_but_letters(text: str) -> None:
    shown = escape(text)
    assert not any(unicodedata.category(char).startswith("C") for char in shown)
    assert escape(shown) == shown


@given(any_text)
def test_json_text_is_valid_utf8_and_else_untouched(text: str) -> None:
    cleaned = without_surrogates(text)
    cleaned.encode("utf-8")
    if not any(unicodedata.category(char) == "Cs" for char in text):
        assert cleaned == text


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(any_text, inner) | st.tuples(inner),
    max_leaves=10,
)


@given(json_like)
def test_any_fact_becomes_json(value: object) -> None:
    text = json.dumps(to_json(value), allow_nan=False, ensure_ascii=False)
    assert json.loads(text.encode()) == to_json(value)


def test_other_values_become_what_they_say() -> None:
    assert to_json({"b", "a"}) == ["a", "b"]
    assert to_json(PurePosixPath("/x")) == "/x"
    assert to_json(b"\xff") == r"\xff"
    assert to_json({1: Secret("hush")}) == {"1": "Secret(…)"}
    assert to_json(Change("advopt", 0, 1))["after"] == 1
