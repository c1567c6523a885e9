"""Whatever a host, a file or a user writes: a value, or an error that the documentation knows, in a
moment. ``FTLAB_FUZZ=20000`` in the environment tries so many texts for each reader."""

from __future__ import annotations

import os
import time
from contextlib import suppress

import pytest
from fuzz_readers import NASTY, READERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FTLAB_FUZZ", "0"))
SOME = 60
LIMIT = 5.0
"""Seconds for one text: far more than any needs, on a machine that is busy."""


@st.composite
def spoilt(draw: st.DrawFn, sound: list[bytes]) -> bytes:
    """A sound text after a few slips: something nasty or random put in, a piece taken out, said
    twice, or cut off."""
    data = draw(st.sampled_from(sound))
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, len(data)))
        last = min(len(data), first + draw(st.integers(0, 40)))
        how = draw(st.sampled_from(["nasty", "random", "gone", "twice", "cut", "moved"]))
        piece = data[first:last]
        if how == "nasty":
            data = data[:first] + draw(st.sampled_from(NASTY)) + data[first:]
        elif how == "random":
            data = data[:first] + draw(st.binary(max_size=12)) + data[last:]
        elif how == "gone":
            data = data[:first] + data[last:]
        elif how == "twice":
            data = data[:last] + piece * draw(st.integers(1, 30)) + data[last:]
        elif how == "cut":
            data = data[:first]
        else:
            data = piece + data[:first] + data[last:]
    return data


def texts(sound: list[bytes]) -> st.SearchStrategy[bytes]:
    anything = st.one_of(st.binary(max_size=300), st.text(max_size=200).map(_encoded))
    return st.one_of(spoilt(sound), spoilt(sound), anything)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", READERS)
def test_a_value_or_a_documented_error(name: str) -> None:
    reader = READERS[name]

    @settings(
        max_examples=EXAMPLES or SOME,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(texts(reader.sound()))
    def holds(data: bytes) -> None:
        began = time.monotonic()
        with suppress(*reader.errors):
            reader.read(data)
        assert time.monotonic() - began < LIMIT, f"{len(data)} bytes took too long"

    holds()


@pytest.mark.parametrize("name", READERS)
def test_the_sound_texts_are_read(name: str) -> None:
    """At least one of them is: a reader that refuses all would pass the test above."""
    reader = READERS[name]
    read = 0
    for data in reader.sound():
        try:
            reader.read(data)
        except reader.errors:
            continue
        read += 1
    assert read or name == "fault"
