"""Captures of real hosts, where this checkout has them beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ftlab.errors import ParseError

TRANSCRIPTS = Path(__file__).parents[3] / "shared" / "esxi" / "transcripts"


@pytest.fixture
def transcripts() -> Path:
    if not TRANSCRIPTS.is_dir():
        pytest.skip("the captures of real hosts are not beside this checkout")
    return TRANSCRIPTS


@pytest.fixture
def capture(transcripts: Path) -> Callable[[str], str]:
    """A capture's text without its first line, which tells where it comes from."""

    def read(name: str) -> str:
        text = (transcripts / f"{name}.txt").read_text("utf-8")
        return text.partition("\n")[2]

    return read


@pytest.fixture(scope="session")
def error_of() -> Callable[..., ParseError | None]:
    """Call a parser; give back its ParseError, or None. Any other error fails the test."""

    def call(parse: Callable[..., object], *arguments: object) -> ParseError | None:
        try:
            parse(*arguments)
        except ParseError as error:
            return error
        return None

    return call
