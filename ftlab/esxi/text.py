"""What a host answered, as lines, and the error for an answer that cannot be read."""

from __future__ import annotations

from ftlab.errors import ParseError

_SHOWN = 200


def unix(text: str) -> str:
    """The text with a terminal's CRLF line ends turned into plain ones."""
    return text.replace("\r\n", "\n") if "\r" in text else text  # a quick look at most texts


def lines(text: str) -> list[str]:
    """The lines of an answer, without their ends; the empty one after the last end is dropped.

    Only a line feed ends a line here: names and annotations may hold the other characters at
    which :meth:`str.splitlines` would cut.
    """
    found = unix(text).split("\n")
    if found[-1] == "":
        found.pop()
    return found


def unreadable(message: str, text: str, line: int = 1, column: int = 1) -> ParseError:
    """A ParseError that shows the place (1-based) and the line found there."""
    shown = shown_line(text, line)
    return ParseError(
        f"{message} (line {line}, column {column}: {shown!r})",
        line=line,
        column=column,
        text=shown,
    )


def shown_line(text: str, line: int) -> str:
    """The beginning of a line (1-based) as an error shows it; empty for one that is not there."""
    found = unix(text).split("\n")
    return found[line - 1][:_SHOWN] if line <= len(found) else ""
