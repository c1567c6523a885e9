"""Where in a profile something stands, and the error that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from ftlab.errors import FtlabError, ProfileError
from ftlab.frozen import frozen
from ftlab.regex import regex

_HEADER = regex(r"\s*\[\[\s*(?:state|\"state\"|'state')\s*\]\]\s*(?:#.*)?")

_SETTING = regex(r"\s*\[\[\s*(?:setting|\"setting\"|'setting')\s*\]\]\s*(?:#.*)?")


@frozen(slots=True)
class ProfilePlace:
    """A file, its ``[[state]]`` table by number (from 1; 0: the file's top), and the line (from
    1) of what is meant, where that is known: TOML's reader does not tell lines."""

    file: str
    table: int = 0
    line: int | None = None

    def error(self, message: str, hint: str = "") -> ProfileError:
        """The error for a mistake here."""
        return ProfileError(
            f"{self}: {message}", hint=hint, file=self.file, table=self.table, line=self.line
        )

    @contextmanager
    def in_errors(self) -> Iterator[None]:
        """What is found wrong within is a mistake here. Raises ``ProfileError``."""
        try:
            yield
        except FtlabError as error:
            raise self.error(error.message, error.hint) from error

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: [[state]] {self.table}" if self.table else place


@frozen(slots=True)
class ProfileLines:
    """The text of a profile, to find places in."""

    file: str
    text: str

    def top(self, key: str = "") -> ProfilePlace:
        """The file as a whole, or the line of a key before its first table."""
        lines = self.text.splitlines()
        return ProfilePlace(self.file, 0, _line_of(key, lines, 0) if key else None)

    def setting(self, number: int) -> ProfilePlace:
        """The ``[[setting]]`` table of this number (from 1)."""
        lines = self.text.splitlines()
        headers = [at for at, line in enumerate(lines, 1) if _SETTING.fullmatch(line)]
        return ProfilePlace(self.file, 0, headers[number - 1] if number <= len(headers) else None)

    def table(self, number: int, of: int, key: str = "") -> ProfilePlace:
        """Table ``number`` of ``of``, or the line of one of its keys.

        A header inside a multi-line text looks like one: then the numbers do not agree, and no
        line is told.
        """
        lines = self.text.splitlines()
        headers = [at for at, line in enumerate(lines) if _HEADER.fullmatch(line)]
        if len(headers) != of:
            return ProfilePlace(self.file, number)
        first, last = headers[number - 1], [*headers, len(lines)][number]
        line = _line_of(key, lines[first:last], first) if key else None
        return ProfilePlace(self.file, number, line or first + 1)


def _line_of(key: str, lines: list[str], offset: int) -> int | None:
    """The line (from 1) where a key is set, as ``key = …`` or as ``[state.key]``."""
    name = rf"(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')"
    set_here = re.compile(rf"\s*(?:{name}\s*[=.]|\[+\s*(?:state\s*\.\s*)?{name}\s*[\].])")
    found = (at for at, line in enumerate(lines, offset + 1) if set_here.match(line))
    return next(found, None)
