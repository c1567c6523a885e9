"""A command with places in it for a setting's value and for the name of what it is about."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ftlab.frozen import frozen
from ftlab.model import Command

ITEM = "item"
"""The place of one member of a list. In a command for the whole value, the word that has it stands
once for each member."""


@frozen(slots=True)
class CommandLine:
    """``argv`` with places such as ``{value}``; other braces are plain text. A ``typed`` one is a
    line for the host's own shell, in which what is put in is quoted. ``ok`` are the statuses that
    are fine."""

    argv: tuple[str, ...]
    stdin: str = ""
    typed: bool = False
    timeout: float | None = None
    ok: tuple[int, ...] = (0,)

    def filled(self, places: Mapping[str, str]) -> CommandLine:
        """With these places filled; others stay."""
        quote = shlex.quote if self.typed else str
        argv = tuple(filled(word, {k: quote(v) for k, v in places.items()}) for word in self.argv)
        return replace(self, argv=argv, stdin=filled(self.stdin, places))

    def repeated(self, items: Sequence[str]) -> CommandLine | None:
        """The words that hold an item, once for each; ``None`` where they are all that there is to
        say, and there is no item."""
        place = f"{{{ITEM}}}"
        if not items and any(place in word for word in self.argv):
            return None
        argv: list[str] = []
        for word in self.argv:
            each = items if place in word else [""]
            argv += [word.replace(place, item) for item in each]
        return replace(self, argv=tuple(argv))

    def command(self, *, asks: bool = False) -> Command:
        """What only ``asks`` is safe to repeat; to add or start a thing twice may be an error."""
        return Command(
            self.argv,
            self.stdin.encode("utf-8", "surrogateescape"),
            self.timeout,
            repeatable=asks,
            ok=self.ok,
            typed=self.typed,
        )

    def __str__(self) -> str:
        return self.argv[0] if self.typed else " ".join(map(_shown, self.argv))


def line(text: str) -> CommandLine:
    """A command by its words, with blanks between them."""
    return CommandLine(tuple(shlex.split(text)))


def filled(text: str, places: Mapping[str, str]) -> str:
    """The text with these places filled; others stay."""
    if not places or "{" not in text:
        return text
    names = "|".join(map(re.escape, places))
    return re.sub(rf"\{{({names})\}}", lambda found: places[found[1]], text)


def _shown(word: str) -> str:
    """Quoted as a reader would type it; a place is no reason to quote."""
    plain = word.replace("{", "").replace("}", "")
    return word if plain and shlex.quote(plain) == plain else shlex.quote(word)
