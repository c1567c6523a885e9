"""Answers of hosts, and what parsers make of others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from captures import capture

from ftlab.errors import ParseError


@pytest.fixture(name="capture")
def _capture() -> Callable[[str], str]:
    return capture


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
