"""One line of a VMX file, taken apart without losing a byte.

The format is the vendor's (open-vm-tools, ``lib/dict/dictll.c``)::

    KEY = "VALUE"  # comment          or, where VALUE has no blanks,    KEY = VALUE

Blanks are spaces and tabs; a line ends in LF, CRLF or CR. ftlab reads a little more than the
host does (blanks in an unquoted value, text after the closing quote): a setting it overlooked
would be written a second time, and a key that occurs twice makes the VM invalid.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ftlab.regex import regex

# Its groups are the fields of a Line. No part gives back what it took, so that the time is
# linear whatever a line holds.
_LINE = regex(
    rb"""
    (?! \Z)
    (   (?: ([ \t]*+ ([^ \t=\#\r\n]++) [ \t]*+ = [ \t]*+)
            (?: " ([^"\r\n]*+) " ([^"\#\r\n]*+ (?: \# [^\r\n]*+)?+)
            |   (?! ") ((?: [ \t]*+ [^ \t\#\r\n]++)*+) ([ \t]*+ (?: \# [^\r\n]*+)?+)
            |   [^\r\n]*+
            )
        |   [^\r\n]*+
        )
        (\r\n | \n | \r | \Z)
    )
    """,
    re.VERBOSE,
)
_NEEDS_NO_QUOTES = regex(rb"[\w.-]*")


class VmxLine(NamedTuple):
    """``raw`` is the whole line, ``end`` its line end; all before the value is the ``head``.

    ``key`` is ``None`` on a blank line, a comment or a stray one. A setting has its value, as
    written, in ``quoted`` with the ``tail`` after it, or in ``bare`` with the ``comment``; in
    neither where its quotes do not pair.
    """

    raw: bytes
    head: bytes | None
    key: bytes | None
    quoted: bytes | None
    tail: bytes | None
    bare: bytes | None
    comment: bytes | None
    end: bytes

    @property
    def value(self) -> bytes | None:
        return self.bare if self.quoted is None else self.quoted

    @property
    def text(self) -> bytes:
        """The line without its end."""
        return self.raw.removesuffix(self.end)

    def with_value(self, value: bytes) -> VmxLine:
        """The same line with another value. An unquoted one stays so where that is safe."""
        if self.quoted is not None or not _NEEDS_NO_QUOTES.fullmatch(value):
            value = b'"' + value + b'"'
        rest = self.comment if self.quoted is None else self.tail
        [line] = split((self.head or b"") + value + (rest or b"") + self.end)
        return line


def split(data: bytes) -> list[VmxLine]:
    """All lines of a file; their ``raw`` bytes joined are the file again."""
    return [VmxLine._make(found.groups()) for found in _LINE.finditer(data)]
