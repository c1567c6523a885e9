"""A command line as bash reads it, up to the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ftlab.regex import regex

_BREAKS = "=:"
"""Within a word readline begins anew after these, unless they are quoted."""
_PLAIN = regex(r"([^\w@%+=:,./*-])")
_ASSIGNED = regex(r"\w+=")


class Word(NamedTuple):
    """``value`` is what the program would get; ``quote`` is open at its end, or empty; what is
    replaced when it is completed begins at ``head`` characters of the value."""

    value: str
    quote: str
    head: int

    def completed(self, value: str, *, ends: bool) -> str:
        """What readline is to put in place of the part that it replaces. In an open quote it
        closes the quote by itself."""
        rest = value[self.head :]
        if self.quote == "'":
            return rest.replace("'", "'\\''")
        if self.quote == '"':
            return re.sub(r'([$`"\\])', r"\\\1", rest)
        return _PLAIN.sub(r"\\\1", rest) + " " * ends


def split(line: str) -> list[Word]:
    """The words, the program's name first and the open one, which may be empty, last."""
    words = list(_words(line))
    while len(words) > 1 and _ASSIGNED.match(words[0].value):
        del words[0]
    return words


def value_of(text: str) -> str:
    """An open word without its quotes and backslashes."""
    return split(text)[-1].value if text else ""


def _words(line: str) -> Iterator[Word]:
    value, quote, head, begun = "", "", 0, False
    characters = iter(line)
    for char in characters:
        if char == "\\" and quote != "'":
            value, begun = value + next(characters, ""), True
        elif quote:
            value, quote = (value, "") if char == quote else (value + char, quote)
        elif char in "'\"":
            quote, head, begun = char, len(value), True
        elif char in " \t\n":
            if begun:
                yield Word(value, "", head)
            value, head, begun = "", 0, False
        else:
            value, begun = value + char, True
            head = len(value) if char in _BREAKS else head
    yield Word(value, quote, head)
