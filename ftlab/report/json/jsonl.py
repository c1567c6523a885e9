"""``--jsonl``: a line for each host as soon as its outcome is final, and one for the run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TextIO

from ftlab.engine.report import Report, exit_code, summary
from ftlab.model import Outcome
from ftlab.report.json.document import heading, host_line
from ftlab.report.json.plain import to_json
from ftlab.report.write import emit_line

_MANY = ("runs", "profiles", "settings")
"""What a document may have many of in place of hosts."""


class JsonLines:
    """Writes each host once. ``stream`` is stdout unless given."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._written: set[str] = set()
        self._failure: OSError | None = None

    def write(self, outcome: Outcome) -> None:
        """A host's line, if it has none yet. One that cannot be written does not end the run."""
        if outcome.host in self._written:
            return
        self._written.add(outcome.host)
        try:
            emit_line(host_line(outcome), self._stream)
        except OSError as error:
            self._failure = error

    def end(self, report: Report, more: Mapping[str, Any] = MappingProxyType({})) -> None:
        """The lines of hosts that had to wait for the others, then the run's own, with ``more``.
        Raises ``OSError`` if any line could not be written."""
        for outcome in report.outcomes:
            self.write(outcome)
        told = {"exit": exit_code(report), **to_json(more), "summary": summary(report)}
        last = {**heading(report), **told}
        emit_line(last, self._stream)
        if self._failure is not None:
            raise self._failure

    def write_document(self, document: Mapping[str, Any]) -> None:
        """A whole document as lines: each host, past run or profile, then the rest."""
        for name, entry in document.get("hosts", {}).items():
            emit_line({"host": name, **entry}, self._stream)
        for entry in (each for many in _MANY for each in document.get(many, ())):
            emit_line(entry, self._stream)
        rest = {key: value for key, value in document.items() if key not in {"hosts", *_MANY}}
        emit_line(rest, self._stream)
