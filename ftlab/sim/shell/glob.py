"""``*``, ``?`` and ``[…]`` against the simulated host's files."""

from __future__ import annotations

import os
import posixpath
from fnmatch import fnmatchcase

from ftlab.sim.shell.state import State


def matches(state: State, pattern: str) -> list[str]:
    """The remote names that ``pattern`` matches, sorted by byte; empty where none does."""
    found = ["/"] if pattern.startswith("/") else [""]
    steps = [step for step in pattern.split("/") if step]
    for index, step in enumerate(steps):
        last = index == len(steps) - 1 and not pattern.endswith("/")
        found = [name for start in found for name in _below(state, start, step, last)]
    return sorted(found, key=os.fsencode)


def _below(state: State, start: str, step: str, last: bool) -> list[str]:
    if not any(char in step for char in "*?["):
        names = [step] if _there(state, start, step) else []
    else:
        names = [name for name in _names(state, start) if _fits(name, step)]
    joined = [posixpath.join(start, name) for name in names]
    return joined if last else [name for name in joined if state.path(name).is_dir()]


def _fits(name: str, step: str) -> bool:
    return fnmatchcase(name, step) and (step.startswith(".") or not name.startswith("."))


def _there(state: State, start: str, step: str) -> bool:
    return os.path.lexists(state.path(posixpath.join(start, step)))


def _names(state: State, start: str) -> list[str]:
    try:
        return [".", "..", *(entry.name for entry in state.path(start or ".").iterdir())]
    except OSError:
        return []
