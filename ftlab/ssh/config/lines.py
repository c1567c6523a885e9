"""The lines of one configuration file, each with the place that errors name."""

from __future__ import annotations

import re
from typing import Any

from ftlab.errors import UsageError
from ftlab.frozen import frozen
from ftlab.ssh.config.words import split_line, split_words


@frozen(slots=True)
class ConfigLine:
    """``keyword`` in small letters; ``rest`` is its value as it stands, ``words`` as it is read.
    ``origin`` is ``FILE:LINE``, or the inventory's words for an option of its own."""

    keyword: str
    rest: str
    words: tuple[str, ...]
    origin: str

    def error(self, message: str, *, hint: str = "") -> UsageError:
        """An error about this line."""
        place = re.match(r"(.+?):([0-9]+)(?::|$)", self.origin)
        evidence: dict[str, Any] = {"file": place[1], "line": int(place[2])} if place else {}
        return UsageError(f"{self.origin}: {message}", hint=hint, **evidence)


def read_lines(text: str, file: str) -> tuple[ConfigLine, ...]:
    """The lines of a file's text that say something.

    :raises UsageError: one that ssh does not read either.
    """
    found = (
        read_line(raw, f"{file}:{number}") for number, raw in enumerate(text.split("\n"), start=1)
    )
    return tuple(line for line in found if line is not None)


def read_line(raw: str, origin: str) -> ConfigLine | None:
    """One line; ``None`` if it is empty or a comment.

    :raises UsageError: as :func:`read_lines`.
    """
    parts = split_line(raw)
    if parts is None:
        return None
    line = ConfigLine(*parts, (), origin)
    if not line.rest:
        raise line.error(f"{line.keyword} has no value")
    try:
        return ConfigLine(*parts, tuple(split_words(line.rest)), origin)
    except ValueError as wrong:
        raise line.error(f"{line.keyword}: {wrong}") from None
