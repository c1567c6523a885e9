"""When the user's own tasks are loaded, and what is said where that fails."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import invoke
from invoke.exceptions import ParseError

from ftlab.cli.front_ends.tasks_file import VARIABLE, find_tasks, join_tasks, load_tasks
from ftlab.cli.usage_errors import Misuse
from ftlab.errors import UsageError
from ftlab.report.layout.escape import escape


class OwnTasks:
    """Those of one command line. Many a folder has a ``tasks.py`` of another program's: it is
    loaded only where it may be needed, and keeps nobody from ftlab's own tasks."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Raises ``Misuse`` where ``FTLAB_TASKS`` names a file that is not there."""
        try:
            self._path: Path | None = find_tasks(env)
        except UsageError as error:
            raise Misuse(
                error.message, error.hint or f"{VARIABLE} names a file of tasks"
            ) from error
        self._named = VARIABLE in env
        self._joined = False

    @property
    def heading(self) -> str:
        """What stands above them in a list."""
        return f"Tasks of {escape(str(self._path))}:"

    def join_if_they_load(self, root: invoke.Collection, *, silent: bool) -> None:
        """Add them to ftlab's; a file that was not asked for and does not load is a warning,
        unless ``silent``. Raises ``Misuse`` for one that was asked for."""
        try:
            self._join(root)
        except UsageError as error:
            if self._named:
                raise _misuse(error) from error
            if not silent:
                print(f"ftlab: {escape(error.message)}", file=sys.stderr)
                print(f"       {escape(error.hint)}", file=sys.stderr)

    def join_after(self, failure: ParseError, root: invoke.Collection) -> bool:
        """Add them after a command line was not understood without; whether there are any new.
        Raises ``Misuse`` if they do not load: with ``failure`` in front, if they were not asked
        for."""
        if self._path is None or self._joined:
            return False
        before = set(root.task_names)
        try:
            self._join(root)
        except UsageError as error:
            if self._named:
                raise _misuse(error) from error
            hint = getattr(failure, "hint", "ftlab --list shows the tasks")
            raise Misuse(str(failure), f"{hint}\n       {escape(error.message)}") from error
        return set(root.task_names) != before

    def _join(self, root: invoke.Collection) -> None:
        if self._path is not None and not self._joined:
            join_tasks(root, load_tasks(self._path), self._path)
            self._joined = True


def _misuse(error: UsageError) -> Misuse:
    return Misuse(escape(error.message), escape(error.hint) or f"{VARIABLE} names a file of tasks")
