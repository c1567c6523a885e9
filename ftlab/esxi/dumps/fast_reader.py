"""The quick reading of a dump whose every line is an ordinary one.

Nearly all dumps are: three blanks per level, one field or element a line, no quote inside a
string. One regular expression takes such a dump apart, without a step of Python per token. It
reads nothing that the careful reader of :mod:`ftlab.esxi.dumps.reader` would read otherwise: at the
first line of another shape, or one that does not fit what is around it, it gives up on the whole
dump, and the careful reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from ftlab.esxi.dumps.root_end import goes_on
from ftlab.esxi.dumps.values import UNSET, Dump, Moref, Value
from ftlab.regex import regex

_STEP = "   "
_DEEPEST = 80 * len(_STEP)  # the careful reader goes to this depth, and at least as deep
_TYPE = r"\(([A-Za-z_][A-Za-z0-9_.\[\]]*+)\)"
_ROOT = regex(_TYPE + r" ([{\[])")
# The last alternative takes any other line, so that findall never skips one unseen: there every
# group is empty, and the indent wrong.
_LINE = regex(
    r"\n( *+)(?:([A-Za-z_][A-Za-z0-9_]*+) = )?"
    r"(?:(<unset>|true|false)|(-?[0-9]{1,40})"
    r"""|("[^"]*+)"|('[^']*+)'"""
    rf"|{_TYPE} (null|\[\]|[{{\[](?!,))"
    r"|([}\]]))(,?) *+$"
    r"|\n?[^\n]*+",
    re.MULTILINE,
)
_Line: TypeAlias = tuple[str, str, str, str, str, str, str, str, str, str]
_WORDS: dict[str, Value] = {"<unset>": UNSET, "true": True, "false": False}
_OLD_STYLE: list[tuple[str, Value]] = [("dynamicType", UNSET)]
_CLOSERS = {"{": "}", "[": "]"}


class _Unusual(Exception):
    """A line that only the careful reader can judge."""


def read_plain(text: str, start: int) -> Dump | list[Value] | None:
    """The object or array that begins at ``start``; None where it is no plain one."""
    root = _ROOT.match(text, start)
    if root is None:
        return None
    before = text[text.rfind("\n", 0, start) + 1 : start]
    margin = before[: len(before) - len(before.lstrip(" "))]
    last = text.find(f"\n{margin}{_CLOSERS[root[2]]}", root.end())
    end = text.find("\n", last + 1)  # what else is in that line counts too
    lines = _LINE.findall(text, root.end(), len(text) if end < 0 else end)
    if end >= 0 and goes_on(text, end, len(margin), _CLOSERS[root[2]]):
        return None
    try:
        return _read(iter(lines), root[1], root[2], margin)[0]
    except _Unusual:
        return None


def _read(
    lines: Iterator[_Line], type_: str, opener: str, opened: str
) -> tuple[Dump | list[Value], str]:
    """What is inside, up to the closing line at the opening one's indent, and that one's comma.

    The careful reader ends a string at a quote only where the next line fits; here every next
    line has to, or all is given up. Only before ``msg`` and at the end may a comma be missing, and
    not even there in the old style.
    """
    inner, comma = opened + _STEP, ","
    found: list[tuple[str, Value]] = []
    value: Value
    for indent, name, word, number, string, moref, kind, shape, closer, more in lines:
        if closer:
            fits = not name and indent == opened and closer == _CLOSERS[opener]
            if not fits or (not comma and found[:1] == _OLD_STYLE):
                break
            return _whole(type_, opener, found), more
        if indent != inner or not (comma or name == "msg"):
            break
        comma = more
        if word:
            value = _WORDS[word]
        elif string:
            value = string[1:]
        elif number:
            value = int(number)
        elif shape == "null":
            value = None
        elif shape == "[]":
            value = []
        elif moref:
            value = _moref(moref[1:])
        elif len(inner) < _DEEPEST:
            value, comma = _read(lines, kind, shape, inner)
        else:
            break
        found.append((name, value))
    raise _Unusual


def _whole(type_: str, opener: str, found: list[tuple[str, Value]]) -> Dump | list[Value]:
    fields = dict(found)
    if opener == "{" and "" not in fields and len(fields) == len(found):
        return Dump(type_, fields)
    if opener == "[" and not any(fields):
        return [value for _, value in found]
    raise _Unusual


def _moref(written: str) -> Moref:
    kind, colon, name = written.partition(":")
    return Moref(kind, name) if colon else Moref("", kind)
