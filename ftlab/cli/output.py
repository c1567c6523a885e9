"""The form that stdout takes: text, one JSON document, or JSON lines as the hosts end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ftlab.cli.flags import Given
from ftlab.engine.report import Report, exit_code
from ftlab.errors import UsageError
from ftlab.model import Outcome
from ftlab.report.layout.view import View
from ftlab.report.write import emit
from ftlab.user_files import append_text, check_target

if TYPE_CHECKING:
    from ftlab.report.json.jsonl import JsonLines


class RunLog:
    """A file that lines are appended to, or none (``name`` is ``None``).

    Raises ``UsageError`` at once for a file that cannot be written, before a host is contacted.
    """

    def __init__(self, name: str | None) -> None:
        self.name = name
        try:
            self._path = None if name is None else check_target(name)
            self._append("")
        except OSError as error:
            raise UsageError(f"--run-log {name}: cannot be written: {error.strerror}") from error

    def note(self, report: Report | None) -> None:
        """Append a run's lines, in one write, so that those of two runs do not mix. Raises
        ``OSError``."""
        if self._path is None or report is None:
            return
        from ftlab.report.runlog import log_lines

        self._append("".join(f"{line}\n" for line in log_lines(report)))

    def add(self, line: str) -> None:
        """Append a line while the run goes on. That it cannot be written is told at the end."""
        with suppress(OSError):
            self._append(f"{line}\n")

    def _append(self, text: str) -> None:
        if self._path is not None:
            append_text(self._path, text)


class OutputForm:
    """Raises ``UsageError`` where two forms are asked for."""

    def __init__(self, flags: Given, view: View) -> None:
        self._json, self._view = bool(flags["json"]), view
        self._lines = _json_lines() if flags["jsonl"] else None
        if self._json and self._lines:
            raise UsageError("--json and --jsonl: only one of them at a time")

    @property
    def is_text(self) -> bool:
        return not self._json and self._lines is None

    def note(self, outcome: Outcome) -> None:
        """Write what can be written while the run goes on."""
        if self._lines is not None:
            self._lines.write(outcome)

    def write(self, answer: Any) -> int:
        """Write the answer, a ``Report`` or a ``Listing``. Returns the exit code."""
        report = answer if isinstance(answer, Report) else answer.report
        if self._lines is not None:
            if report is None:
                self._lines.write_document(answer.whole_document())
            else:
                self._lines.end(report, {} if isinstance(answer, Report) else answer.more)
        elif isinstance(answer, Report):
            emit(answer, json=self._json, view=self._view)
        else:
            answer.emit(self._view, json=self._json)
        return exit_code(answer) if isinstance(answer, Report) else int(answer.exit_code)


def _json_lines() -> JsonLines:
    from ftlab.report.json.jsonl import JsonLines

    return JsonLines()
