"""``--run-log FILE``: lines about every run, for people who grep."""

from __future__ import annotations

from pathlib import Path

from ftlab.errors import UsageError
from ftlab.report.document import Report


class RunLog:
    """A file that lines are appended to, or none (``name`` is ``None``).

    Raises ``UsageError`` at once for a file that cannot be written, before a host is contacted.
    """

    def __init__(self, name: str | None) -> None:
        self.name = name
        self._path = None if name is None else Path(name).expanduser()
        try:
            self._append("")
        except OSError as error:
            raise UsageError(f"--run-log {name}: cannot be written: {error.strerror}") from error

    def note(self, report: Report | None) -> None:
        """Append a run's lines, in one write, so that those of two runs do not mix. Raises
        ``OSError``."""
        if self._path is None or report is None:
            return
        from ftlab.report.logline import log_lines

        self._append("".join(f"{line}\n" for line in log_lines(report)))

    def _append(self, text: str) -> None:
        if self._path is not None:
            with self._path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
