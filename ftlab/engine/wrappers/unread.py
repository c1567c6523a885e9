"""Which command gave an answer that cannot be read: readers see a text, not where it is from."""

from __future__ import annotations

from collections.abc import Iterable

from ftlab.errors import FtlabError, ParseError
from ftlab.esxi.text import shown_line
from ftlab.model import Completed

_HINT = (
    "the host answers in a form that ftlab does not know: ftlab hosts.record --out FILE keeps its "
    "answers, private words replaced, for a report"
)


def with_command(error: FtlabError, heard: Iterable[Completed]) -> FtlabError:
    """The error; one about an answer begins with the command, where it is clear which it was."""
    if not isinstance(error, ParseError) or "column" not in error.evidence:
        return error
    line, text = error.evidence["line"], error.evidence["text"]
    asked = {str(one.command) for one in list(heard) if shown_line(one.out, line) == text}
    named = error.with_message(f"{asked.pop()}: {error.message}") if len(asked) == 1 else error
    named.hint = named.hint or _HINT
    return named
