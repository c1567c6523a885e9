"""The text of a profile: read back, it is the tables that it was made of."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.profile import ProfilePlace, State, load_profile
from ftlab.profile.emit import can_be_written, profile_text, quoted

NOWHERE = ProfilePlace("")
ANY = st.text(st.characters(exclude_categories=["Cs"]))
FILLED = ANY.filter(str.strip)
VALUES = st.one_of(st.integers(), ANY)


def read(text: str) -> tuple[State, ...]:
    states = load_profile("x.toml", lambda _: text).states
    return tuple(replace(each, place=NOWHERE) for each in states)


@given(
    st.lists(
        st.builds(
            State,
            place=st.just(NOWHERE),
            hosts=st.none() | FILLED,
            options=st.dictionaries(FILLED, st.none() | VALUES, max_size=3),
            vm=FILLED,
            keys=st.dictionaries(FILLED, st.none() | ANY, max_size=3),
            power=st.sampled_from([None, "on", "off"]),
            snapshot=st.none() | FILLED,
        ).filter(
            lambda s: (
                len({k.casefold() for k in s.options}) == len(s.options)
                and len({k.lower() for k in s.keys}) == len(s.keys)
            )
        ),
        min_size=1,
        max_size=3,
    ),
    ANY,
    st.lists(ANY, max_size=2),
)
def test_it_is_read_as_it_was(states, description, comments):
    assert read(profile_text(states, description.strip(), comments)) == tuple(states)


@given(ANY)
def test_any_text_is_one_line_on_which_a_terminal_does_nothing(text):
    written = quoted(text)
    assert tomllib.loads(f"a = {written}") == {"a": text}
    assert written.isprintable()


def test_half_a_pair_cannot_be_written():
    assert not can_be_written("a\udcff")
    with pytest.raises(UnicodeError):
        quoted("a\udcff")
