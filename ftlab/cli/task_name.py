"""A task's name, from the function that is its body: no more is loaded to make the tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Body = Callable[..., Any]


def name_of(body: Body) -> str:
    """``hosts.list`` for the function ``list_`` in ``ftlab.tasks.hosts``; of a user's own module
    the function's name alone."""
    package, _, collection = body.__module__.rpartition(".")
    name = body.__name__.strip("_").replace("_", "-")
    return f"{collection}.{name}" if package == "ftlab.tasks" else name
