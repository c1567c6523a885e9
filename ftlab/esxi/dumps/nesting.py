"""The objects and arrays around the place that is being read in a dump, and so where a string
there ends: nothing in it is escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ftlab.esxi.dumps.root_end import root_end
from ftlab.regex import regex

_BLANK = regex(r"[ \t\r\n]*")
_LINE_END = regex(r"(,)?[ \t\r]*\n")
_NEXT = regex(
    r"([ \t]*)(?:([}\]])[ \t\r]*(?:(,)[ \t\r]*)?(?:\n|\Z)"
    r"|([A-Za-z_][A-Za-z0-9_]*)[ \t]*= |(?=([\"'(<0-9-]|true|false)))"
)


@dataclass(slots=True)
class Enclosing:
    """``indent`` is that of its first line. ``comma``: its last field has one, as all others."""

    indent: int
    closer: str
    comma: bool = False


@dataclass(slots=True)
class Nesting:
    """What is open, the innermost last. ``strict``: the indents have their meaning. ``alone``: no
    other dump follows."""

    text: str
    start: int
    strict: bool
    alone: bool
    open: list[Enclosing] = field(default_factory=list)
    last: int | None = None

    def enter(self, indent: int, closer: str) -> Enclosing:
        self.open.append(Enclosing(indent, closer))
        return self.open[-1]

    def leave(self) -> None:
        self.open.pop()

    def is_end(self, at: int, indent: int) -> bool:
        """Whether a quote just before ``at`` can be the one that ends its string, which began in
        a line of this indent: what follows has to fit all that is around, as far as it closes."""
        end = _LINE_END.match(self.text, at)
        if end is None:
            return False
        line, comma = self._next_line(end.end()), bool(end[1])
        for around in reversed(self.open):
            follows = _NEXT.match(self.text, line)
            if follows is None or not follows[2]:
                return follows is not None and self._fits(follows, around, indent, comma)
            if not (self.strict and self._closes(follows, around, comma)):
                return follows[2] == around.closer and not self.strict
            if around is self.open[0]:
                return line == self._last_line()
            line, comma, indent = follows.end(), bool(follows[3]), around.indent
        return False

    def _next_line(self, at: int) -> int:
        if self.strict:
            return at
        blank = _BLANK.match(self.text, at)
        return at if blank is None else self.text.rfind("\n", 0, blank.end()) + 1

    def _closes(self, follows: re.Match[str], around: Enclosing, comma: bool) -> bool:
        return (
            follows[2] == around.closer
            and len(follows[1]) == around.indent
            and (comma or not around.comma)
        )

    def _fits(self, follows: re.Match[str], around: Enclosing, indent: int, comma: bool) -> bool:
        """Whether a field or an element can come next."""
        if self.strict and len(follows[1]) != indent:
            return False
        if around.closer == "]":
            return comma and bool(follows[5])
        return bool(follows[4]) and (comma or follows[4] == "msg" or not self.strict)

    def _last_line(self) -> int:
        """Where the line begins that closes all."""
        if self.last is None:
            indent, closer = self.open[0].indent, self.open[0].closer
            self.last = root_end(self.text, self.start, indent, closer, alone=self.alone)
        return self.last
