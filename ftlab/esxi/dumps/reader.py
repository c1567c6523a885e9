"""The dumps in which vim-cmd prints vSphere objects: ``(vim.vm.RuntimeInfo) { … }``.

Two styles exist. Up to 6.0 every line of an object ends in comma and blank, the last one too,
and the first field is ``dynamicType``; from 6.5 on the last field has no comma, nor has the one
before the extra ``msg`` line. Nothing is escaped: a string may hold quotes and line feeds as
they are. So a quote ends its string only where the rest of its line and the start of the next
one can go on with the object or array around it, at that one's own indent. Where that reading
fails (a copy that lost its indents), a second one does without indents. Most dumps need neither:
:mod:`ftlab.esxi.dumps.fast_reader` reads the ordinary ones first, far faster and to the same
values.
"""

from __future__ import annotations

import re

from ftlab.errors import ParseError
from ftlab.esxi.dumps.fast_reader import read_plain
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
_LINE_END = regex(r"(,)?[ \t\r]*\n")
_NEXT = regex(
    r"([ \t]*)(?:([}\]])[ \t\r]*(?:,[ \t\r]*)?(?:\n|\Z)"
    r"|([A-Za-z_][A-Za-z0-9_]*)[ \t]*= |(?=([\"'(<0-9-]|true|false)))"
)
_ARROW = regex(r"^--> ?", re.MULTILINE)


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
    try:
        return _Reader(source, opener.start(), strict=True).read()
    except ParseError as strict:
        try:
            return _Reader(source, opener.start(), strict=False).read()
        except ParseError as loose:
            raise _placed(max(strict, loose, key=_place), text, opener.start(), arrow) from None


def parse_object(text: str, type_: str = "") -> Dump:
    """The first dump, which must be an object, of this type if one is given."""
    value = parse_dump(text)
    if not isinstance(value, Dump) or type_ not in ("", value.type):
        found = value.type if isinstance(value, Dump) else type(value).__name__
        raise unreadable(f"expected {type_ or 'an object'}, the host answered {found}", text)
    return value


def find_object(text: str) -> tuple[int, str] | None:
    """Where the first object of an answer begins (an offset), and its type."""
    found = _OBJECT.search(text)
    return (found.start(), found[1]) if found else None


def _without_arrows(text: str, start: int) -> tuple[str, int]:
    first, end, rest = text[start:].partition("\n")
    if not rest.startswith("-->"):
        return text, 0
    return text[:start] + first + end + _ARROW.sub("", rest), len("--> ")


def _place(error: ParseError) -> tuple[int, int]:
    return error.evidence["line"], error.evidence["column"]


def _placed(error: ParseError, text: str, start: int, arrow: int) -> ParseError:
    line, column = _place(error)
    shift = arrow if line > text.count("\n", 0, start) + 1 else 0
    last = len(text.split("\n")[line - 1]) + 1  # an arrow alone has no blank after it
    return unreadable(error.evidence["what"], text, line, min(column + shift, last))


class _Reader:
    """A recursive descent over one dump. ``indent`` is that of the line being read."""

    def __init__(self, text: str, at: int, *, strict: bool) -> None:
        self.text = text
        self.at = at
        self.strict = strict
        line_start = text.rfind("\n", 0, at) + 1
        self.indent = len(text[line_start:at]) - len(text[line_start:at].lstrip(" \t"))

    def read(self) -> Value:
        return self._value(0, 0, "")

    def _value(self, depth: int, opened: int, closer: str) -> Value:
        char = self.text[self.at : self.at + 1]
        if char == "(":
            return self._typed(depth, opened, closer)
        if char == '"':
            return self._quoted('"', opened, closer)
        if char == "'":
            kind, colon, name = self._quoted("'", opened, closer).partition(":")
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

    def _typed(self, depth: int, opened: int, closer: str) -> Value:
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
        return self._value(depth, opened, closer)

    def _object(self, type_: str, depth: int) -> Dump:
        opened = self.indent
        fields: dict[str, Value] = {}
        self.at += 1
        while not self._closed("}"):
            name = _NAME.match(self.text, self.at)
            if name is None:
                raise self._error("expected a field or }")
            if name[1] in fields:
                raise self._error(f"a second field {name[1]}")
            self.at = name.end()
            fields[name[1]] = self._value(depth, opened, "}")
            self._separator()
        return Dump(type_, fields)

    def _array(self, depth: int) -> list[Value]:
        opened = self.indent
        found: list[Value] = []
        self.at += 1
        while not self._closed("]"):
            found.append(self._value(depth, opened, "]"))
            self._separator()
        return found

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

    def _quoted(self, quote: str, opened: int, closer: str) -> str:
        start = self.at
        end = self.text.find(quote, start + 1)
        while end >= 0:
            if self._ends(end + 1, opened, closer):
                self.at = end + 1
                return self.text[start + 1 : end]
            end = self.text.find(quote, end + 1)
        raise self._error("this string does not end")

    def _ends(self, at: int, opened: int, closer: str) -> bool:
        """Whether a quote just before ``at`` can be the one that ends its string."""
        end = _LINE_END.match(self.text, at)
        if end is None:
            return False
        blank = _BLANK.match(self.text, end.end())
        line = end.end() if self.strict or blank is None else _line_of(self.text, blank.end())
        follows = _NEXT.match(self.text, line)
        if follows is None:
            return False
        indent = len(follows[1])
        if follows[2]:
            return follows[2] == closer and (indent == opened or not self.strict)
        if self.strict and indent != self.indent:
            return False
        if closer == "]":
            return bool(end[1] and follows[4])
        return bool(follows[3]) and (bool(end[1]) or follows[3] == "msg" or not self.strict)

    def _error(self, what: str) -> ParseError:
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - self.text.rfind("\n", 0, self.at)
        error = unreadable(what, self.text, line, column)
        error.evidence["what"] = what
        return error


def _line_of(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1
