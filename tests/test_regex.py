"""``regex`` is ``re.compile``, when it is needed."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import ftlab
from ftlab import regex as home
from ftlab.regex import regex


def lazy_ones(value: Any) -> Iterator[Any]:
    if type(value).__name__ == "_Later":
        yield value
    elif isinstance(value, dict):
        yield from (one for each in value.items() for one in lazy_ones(each))
    elif isinstance(value, (tuple, list)):
        yield from (one for each in value for one in lazy_ones(each))


def test_every_pattern_of_the_package_can_be_compiled() -> None:
    """A mistake in one would show only where it is first used."""
    seen = 0
    for module in pkgutil.walk_packages(ftlab.__path__, "ftlab."):
        if module.name.startswith("ftlab.sim") or module.name.endswith("__main__"):
            continue
        for value in list(vars(importlib.import_module(module.name)).values()):
            for pattern in lazy_ones(value):
                assert isinstance(pattern.groups, int)
                seen += 1
    assert seen > 100


@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_it_does_what_a_compiled_one_does(flags: int) -> None:
    for text, said in (("(?P<a>x+)", "aXXb xx"), (b"x+", b"aXXb xx")):
        ours, theirs = regex(text, flags), re.compile(text, flags)
        assert ours.findall(said) == theirs.findall(said)
        assert ours.sub(said[:1], said) == theirs.sub(said[:1], said)
        assert (ours.pattern, ours.flags, ours.groupindex) == (
            theirs.pattern,
            theirs.flags,
            theirs.groupindex,
        )
        found, expected = ours.search(said), theirs.search(said)
        assert (found and found.span()) == (expected and expected.span())


def test_it_is_compiled_at_the_first_use_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []

    def compile_(*args: Any) -> re.Pattern[Any]:
        compiled.append(args)
        return real(*args)

    real = re.compile
    monkeypatch.setattr(home.re, "compile", compile_)  # type: ignore[attr-defined]
    ours = regex("a")
    assert compiled == []
    assert ours.match("a")
    assert ours.match("a")
    assert compiled == [("a", 0)]


def test_a_mistake_is_an_error_when_it_is_used() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.match("x")
