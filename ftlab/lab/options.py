"""The options of a ``Lab``, named as the flags of a fleet task are."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from ftlab.engine.options import Options, find_inventory, limits_of, ssh_of, state_dir, state_home
from ftlab.engine.report import Report
from ftlab.fleet.executor_choice import parse_executor
from ftlab.fleet.limits import parse_seconds
from ftlab.nearest import suggest
from ftlab.ssh.settings import HostKeyPolicy

Approve = Callable[[Report], bool]
"""Shown the plan; whether to go on."""

Say = Callable[[str], None]


class LabOptions(TypedDict, total=False):
    """All may be left out; then they are what they are for a flag that is not given, but ``yes``
    is true: a program is not asked.

    ``limit`` and ``exclude`` are host patterns, or several that unite; ``hosts`` are the names of
    the only hosts that are meant. ``approve`` is shown the plan where ``yes`` is false, and
    returns whether to go on. ``say`` gets what a terminal would show on stderr. Times are in
    seconds.
    """

    limit: str | Sequence[str] | None
    exclude: str | Sequence[str] | None
    hosts: Sequence[str] | None
    retry_failed: str | None
    check: bool
    yes: bool
    approve: Approve | None
    say: Say
    parallel: int
    batch: str | None
    max_fail: int | str | None
    fail_fast: bool
    timeout: float
    connect_timeout: float
    deadline: float | None
    executor: str | None
    host_key: HostKeyPolicy
    state_dir: str | Path | None
    wait_lock: float
    answer: Sequence[tuple[str, str | int]]


def options_of(inventory: str | Path | None, given: LabOptions) -> Options:
    """Raises ``InventoryError`` where there is no such inventory, and ``UsageError`` for a value
    that cannot be; ``TypeError`` for a name that is no option's."""
    unknown = sorted(given.keys() - LabOptions.__annotations__.keys())
    if unknown:
        nearest = suggest(unknown[0], LabOptions.__annotations__)
        raise TypeError(f"Lab has no option {unknown[0]!r}; {nearest}".removesuffix("; "))
    state, executor, hosts = given.get("state_dir"), given.get("executor"), given.get("hosts")
    return Options(
        inventory=find_inventory(None if inventory is None else str(inventory), os.environ),
        state_dir=state_dir(str(state)) if state else state_home(os.environ),
        limit=given.get("limit"),
        exclude=given.get("exclude"),
        hosts=None if hosts is None else tuple(hosts),
        retry_failed=given.get("retry_failed"),
        check=given.get("check", False),
        yes=given.get("yes", True),
        wait_lock=parse_seconds("wait_lock", str(given.get("wait_lock", 0)), zero=True),
        limits=limits_of({**given, "batch": given.get("batch") or None}.get),
        executor=parse_executor(executor) if executor else None,
        ssh=ssh_of(given.get),
        answers=tuple((ident, str(choice)) for ident, choice in given.get("answer", ())),
    )
