"""The dumps in which vim-cmd prints vSphere objects: ``(vim.vm.RuntimeInfo) { … }``.

Two styles exist. Up to 6.0 every line of an object ends in comma and blank, the last one too,
and the first field is ``dynamicType``; from 6.5 on the last field has no comma, nor has the one
before the extra ``msg`` line. Nothing is escaped: a string may hold quotes and line feeds as
they are. So a quote ends its string only where the rest of its line and the lines after it can
go on with the objects and arrays around it, each at its own indent; the outermost one ends at the
last line that can be its end before another dump begins. Where that reading fails, what looks like
another dump is taken for part of a string; where that fails, too (a copy that lost its indents), a
last one does without indents. A dump that goes on after the end that was found is an error: nothing
of it is dropped without a word. Most dumps need none of these readings:
:mod:`ftlab.esxi.dumps.fast_reader` reads the ordinary ones first, far faster and to the same
values.
"""

from __future__ import annotations

import re

from ftlab.errors import ParseError
from ftlab.esxi.dumps.fast_reader import read_plain
from ftlab.esxi.dumps.nesting import Enclosing, Nesting
from ftlab.esxi.dumps.root_end import goes_on
from ftlab.esxi.dumps.values import UNSET, Dump, Moref, Unset, Value
from ftlab.esxi.text import unix, unreadable
from ftlab.regex import regex

__all__ = ["UNSET", "Dump", "Moref", "Unset", "Value", "find_object", "parse_dump", "parse_object"]

_DEEPEST = 80  # real dumps stay below 15
_TYPE = r"\(([A-Za-z_][A-Za-z0-9_.\[\]]*)\)"
_OPENER = regex(_TYPE + r" (?:\{|\[|\[\]|null)[ \t\r]*(?:,[ \t\r]*)?$", re.MULTILINE)
_OBJECT = regex(_TYPE + r" \{[ \t\r]*$", re.MULTILINE)
_TYPED = regex(_TYPE + r"[ \t]*")
_BLANK = regex(r"[ \t\r\n]*")
_NAME = regex(r"([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*")
_WORD = regex(r"(<unset>|true|false|null)(?![A-Za-z0-9_])")
_WORDS: dict[str, Value] = {"<unset>": UNSET, "true": True, "false": False, "null": None}
_NUMBER = regex(r"(-?[0-9]{1,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?(?![A-Za-z0-9_.])")
_END = regex(r"[ \t\r]*(,)?[ \t\r]*(\n|[}\]]|\Z)?")
_ARROW = regex(r"^--> ?", re.MULTILINE)
_NO_ARROW = regex(r"\n(?!-->)")
_FIRST_IN_OLD_STYLE = "dynamicType"
_READINGS = ((True, False), (True, True), (False, False))
"""``strict`` and ``alone`` of each: see ``Nesting``."""


def parse_dump(text: str) -> Value:
    """The first dump in an answer: an object, an array, or None for a null.

    Lines before it (a title, a MOTD) and after it are skipped, and so are the ``-->`` of a
    dump in hostd.log. Time and memory grow linearly with the text. Raises ``ParseError`` with
    the place where the reading failed.
    """
    text = unix(text)
    opener = _OPENER.search(text)
    if opener is None:
        raise unreadable("no vSphere object in the answer", text)
    source, arrow = _without_arrows(text, opener.start())
    if (plain := read_plain(source, opener.start())) is not None:
        return plain
    errors: list[ParseError] = []
    for strict, alone in _READINGS:
        try:
            return _Reader(source, opener.start(), strict=strict, alone=alone).read()
        except ParseError as error:
            errors.append(error)
    first, *_, last = errors
    raise _placed(max(first, last, key=_place), text, opener.start(), arrow)


def parse_object(text: str, type_: str = "") -> Dump:
    """The first dump, which must be an object, of this type if one is given. A null is a
    ``ParseError`` whose evidence has ``null``: the host has no such object now."""
    value = parse_dump(text)
    if value is None:
        error = unreadable(f"expected {type_ or 'an object'}, the host answered null", text)
        error.evidence["null"] = True
        raise error
    if not isinstance(value, Dump) or type_ not in ("", value.type):
        found = value.type if isinstance(value, Dump) else type(value).__name__
        raise unreadable(f"expected {type_ or 'an object'}, the host answered {found}", text)
    return value


def find_object(text: str) -> tuple[int, str] | None:
    """Where the first object of an answer begins (an offset), and its type."""
    found = _OBJECT.search(text)
    return (found.start(), found[1]) if found else None


def _without_arrows(text: str, start: int) -> tuple[str, int]:
    """The dump of a log entry ends where the arrows do."""
    first, end, rest = text[start:].partition("\n")
    if not rest.startswith("-->"):
        return text, 0
    after = _NO_ARROW.search(rest)
    dump = rest[: after.start()] if after else rest
    return text[:start] + first + end + _ARROW.sub("", dump), len("--> ")


def _closer_of(found: Dump | list[Value]) -> str:
    return "}" if isinstance(found, Dump) else "]"


def _place(error: ParseError) -> tuple[int, int]:
    return error.evidence["line"], error.evidence["column"]


def _placed(error: ParseError, text: str, start: int, arrow: int) -> ParseError:
    line, column = _place(error)
    shift = arrow if line > text.count("\n", 0, start) + 1 else 0
    last = len(text.split("\n")[line - 1]) + 1  # an arrow alone has no blank after it
    return unreadable(error.evidence["what"], text, line, min(column + shift, last))


class _Reader:
    """A recursive descent over one dump. ``indent`` is that of the line being read."""

    def __init__(self, text: str, at: int, *, strict: bool, alone: bool = False) -> None:
        self.text = text
        self.at = at
        line_start = text.rfind("\n", 0, at) + 1
        self.indent = self.margin = len(text[line_start:at]) - len(
            text[line_start:at].lstrip(" \t")
        )
        self.around = Nesting(text, at, strict, alone)

    def read(self) -> Value:
        found = self._value(0)
        if isinstance(found, Dump | list):
            margin, closer = self.margin if self.around.strict else None, _closer_of(found)
            if goes_on(self.text, self.at, margin, closer, alone=self.around.alone):
                raise self._error("the dump goes on after its end")
        return found

    def _value(self, depth: int) -> Value:
        char = self.text[self.at : self.at + 1]
        if char == "(":
            return self._typed(depth)
        if char == '"':
            return self._quoted('"')
        if char == "'":
            kind, colon, name = self._quoted("'").partition(":")
            return Moref(kind, name) if colon else Moref("", kind)
        return self._scalar()

    def _scalar(self) -> Value:
        if word := _WORD.match(self.text, self.at):
            self.at = word.end()
            return _WORDS[word[1]]
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            whole = number[2] is None and number[3] is None
            return int(number[0]) if whole else float(number[0])
        raise self._error("expected a value")

    def _typed(self, depth: int) -> Value:
        found = _TYPED.match(self.text, self.at)
        if found is None:
            raise self._error("expected a type")
        if depth > _DEEPEST:
            raise self._error("objects nested too deep")
        self.at = found.end()
        match self.text[self.at : self.at + 1]:
            case "{":
                return self._object(found[1], depth + 1)
            case "[":
                return self._array(depth + 1)
            case "(":
                raise self._error("expected a value after the type")
        return self._value(depth)

    def _object(self, type_: str, depth: int) -> Dump:
        here = self._enter("}")
        fields: dict[str, Value] = {}
        while not self._closed("}"):
            name = _NAME.match(self.text, self.at)
            if name is None:
                raise self._error("expected a field or }")
            if name[1] in fields:
                raise self._error(f"a second field {name[1]}")
            here.comma = here.comma or (not fields and name[1] == _FIRST_IN_OLD_STYLE)
            self.at = name.end()
            fields[name[1]] = self._value(depth)
            self._separator()
        self.around.leave()
        return Dump(type_, fields)

    def _array(self, depth: int) -> list[Value]:
        self._enter("]")
        found: list[Value] = []
        while not self._closed("]"):
            found.append(self._value(depth))
            self._separator()
        self.around.leave()
        return found

    def _enter(self, closer: str) -> Enclosing:
        self.at += 1
        return self.around.enter(self.indent, closer)

    def _closed(self, closer: str) -> bool:
        blank = _BLANK.match(self.text, self.at)
        assert blank is not None  # noqa: S101 - it matches the empty string too
        self.at = blank.end()
        if "\n" in blank[0]:
            self.indent = len(blank[0]) - blank[0].rfind("\n") - 1
        if self.text.startswith(closer, self.at):
            self.at += 1
            return True
        return False

    def _separator(self) -> None:
        end = _END.match(self.text, self.at)
        assert end is not None  # noqa: S101 - it matches the empty string too
        if end[1] is None and end[2] is None:
            raise self._error("expected a comma or the end of the line")
        self.at = end.start(2) if end[2] else end.end()

    def _quoted(self, quote: str) -> str:
        start = self.at
        end = self.text.find(quote, start + 1)
        while end >= 0:
            if self.around.is_end(end + 1, self.indent):
                self.at = end + 1
                return self.text[start + 1 : end]
            end = self.text.find(quote, end + 1)
        raise self._error("this string does not end")

    def _error(self, what: str) -> ParseError:
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - self.text.rfind("\n", 0, self.at)
        error = unreadable(what, self.text, line, column)
        error.evidence["what"] = what
        return error
