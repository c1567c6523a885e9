"""The form that stdout takes: text, one JSON document, or JSON lines as the hosts end."""

from __future__ import annotations

from typing import Any

from ftlab.errors import UsageError
from ftlab.lab.front import Lab
from ftlab.report.document import Report, exit_code
from ftlab.report.lines import Lines
from ftlab.report.view import View
from ftlab.report.write import emit
from ftlab.tasks.flags import Given


class Form:
    """Raises ``UsageError`` where two forms are asked for."""

    def __init__(self, flags: Given, view: View) -> None:
        self._json, self._view = bool(flags["json"]), view
        self._lines = Lines() if flags["jsonl"] else None
        if self._json and self._lines:
            raise UsageError("--json and --jsonl: only one of them at a time")

    def follow(self, lab: Lab) -> None:
        """Write what can be written while the run goes on."""
        if self._lines is not None:
            lab.listeners.on_final = self._lines.write

    def write(self, answer: Any) -> int:
        """Write the answer, a ``Report`` or an ``Answer``. Returns the exit code."""
        report = answer if isinstance(answer, Report) else answer.report
        if self._lines is not None:
            self._lines.write_document(answer.document()) if report is None else self._lines.end(
                report
            )
        elif isinstance(answer, Report):
            emit(answer, json=self._json, view=self._view)
        else:
            answer.emit(self._view, json=self._json)
        return exit_code(answer) if isinstance(answer, Report) else int(answer.exit_code)
