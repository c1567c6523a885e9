"""``-v``: every remote command, on stderr and in the run's log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftlab.cli.output import RunLog
    from ftlab.cli.progress import Messages
    from ftlab.engine.wrappers.trace import Traced


class CommandTrace:
    """To be called for each command; from several threads, if need be."""

    def __init__(self, task: str, messages: Messages, run_log: RunLog) -> None:
        self._task, self._messages, self._run_log = task, messages, run_log

    def __call__(self, run: str, traced: Traced) -> None:
        from ftlab.report.runlog import command_line
        from ftlab.report.terminal.trace import trace_lines

        self._messages.put(trace_lines(traced))
        self._run_log.add(command_line(self._task, run, traced, datetime.now(UTC)))
