"""One line of a VMX file, taken apart without losing a byte.

The format is the vendor's (open-vm-tools, ``lib/dict/dictll.c``)::

    KEY = "VALUE"  # comment          or, where VALUE has no blanks,    KEY = VALUE

Blanks are spaces and tabs; a line ends in LF, CRLF or CR. ftlab reads a little more than the
host does (blanks in an unquoted value, text after the closing quote): a setting it overlooked
would be written a second time, and a key that occurs twice makes the VM invalid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(rb"([^\r\n]*)(\r\n|\n|\r|\Z)")
_HEAD = re.compile(rb"[ \t]*([^ \t=#]+)[ \t]*=[ \t]*")
_QUOTED = re.compile(rb'"([^"]*)"([^"]*)')
_BARE = re.compile(rb"([^#]*?)([ \t]*(?:#.*)?)")
_NEEDS_NO_QUOTES = re.compile(rb"[\w.-]*")


@dataclass(frozen=True, slots=True)
class Line:
    """``key`` is ``None`` on a blank line, a comment or a stray one; ``value``, as written
    between the quotes, is ``None`` where the quotes of a setting do not pair."""

    number: int
    text: bytes
    end: bytes
    key: bytes | None
    value: bytes | None = None
    quoted: bool = False
    head: bytes = b""
    tail: bytes = b""

    @classmethod
    def read(cls, number: int, text: bytes, end: bytes) -> Line:
        head = _HEAD.match(text)
        if head is None:
            return cls(number, text, end, key=None)
        rest = text[head.end() :]
        quoted = rest.startswith(b'"')
        found = (_QUOTED if quoted else _BARE).fullmatch(rest)
        if found is None:
            return cls(number, text, end, key=head[1])
        return cls(number, text, end, head[1], found[1], quoted, head[0], found[2])

    @property
    def raw(self) -> bytes:
        return self.text + self.end

    def with_value(self, value: bytes) -> bytes:
        """The same line with another value. An unquoted one stays so where that is safe."""
        if self.quoted or not _NEEDS_NO_QUOTES.fullmatch(value):
            value = b'"' + value + b'"'
        return self.head + value + self.tail + self.end


def split(data: bytes) -> Iterator[Line]:
    """All lines of a file; their ``raw`` bytes joined are the file again."""
    for number, found in enumerate(_LINE.finditer(data), start=1):
        if found[0]:
            yield Line.read(number, found[1], found[2])
