"""``schema``: what a program may expect of ``--json`` and ``--jsonl``."""

from __future__ import annotations

from typing import Any

import invoke

from ftlab.cli.front_ends.own_task import HostlessTask


@invoke.task(
    klass=HostlessTask,
    auto_shortflags=False,
    help={"task": "a task whose JSON is meant, or report for what all of them have"},
    positional=["task"],
)
def schema(_context: Any, task: str) -> None:
    """Print the JSON Schema of what a task prints with --json; $defs/line is that of --jsonl.

    Example: ftlab schema vm.list
    """
    from ftlab.cli.run_task import printed
    from ftlab.cli.shipped.schema import schema as text_of

    printed(lambda: text_of(task), task="schema")
