"""What every task of ftlab's is to invoke and Fabric, with or without hosts."""

from __future__ import annotations

import copy
from typing import Any

import invoke

from ftlab.cli.front_ends.named_hosts import hosts_named
from ftlab.errors import UsageError


class OwnTask(invoke.Task):  # type: ignore[misc]
    """One of ftlab's tasks. To invoke, two tasks of one name are equal where the same decorator
    has made them, and the second is left out of a run."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnTask) and (self.name, self.body) == (other.name, other.body)

    def __hash__(self) -> int:
        return hash((self.name, self.body))


class HostlessTask(OwnTask):
    """A task that contacts none of the user's hosts, so that naming some is a mistake."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from ftlab.cli.run_task import guarded

        if hosts_named(args[0]) is not None:
            guarded(_refuse_hosts)
        return super().__call__(*args, **kwargs)


def is_own(task: Any) -> bool:
    """Whether it is one of ftlab's, also where another library's decorator was put around it."""
    return isinstance(task, OwnTask) or hasattr(task.body, "fleet_task")


def fresh(task: invoke.Task) -> invoke.Task:
    """A copy: invoke uses a task's help texts up when it reads the arguments."""
    copied = copy.copy(task)
    copied.help = dict(task.help)
    return copied


def _refuse_hosts() -> int:
    raise UsageError("this task contacts no host of yours", hint="leave -H out")
