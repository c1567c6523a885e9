"""Makes the program that loads ftlab's tasks, ``inv`` or ``fab``, run them as ``ftlab`` does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any


def meet_front_ends() -> None:
    """Give a running ``inv`` or ``fab`` an executor that knows ftlab's tasks. Safe to repeat."""
    for program in _running():
        from ftlab.cli.front_ends.executor import OnceForAll

        if not issubclass(program.executor_class, OnceForAll):
            program.executor_class = type("Executor", (OnceForAll, program.executor_class), {})


def _running() -> Iterator[Any]:
    """The programs behind ``inv`` and ``fab``: each is made by its own module."""
    for module in ("invoke.main", "fabric.main"):
        program = getattr(sys.modules.get(module), "program", None)
        if program is not None:
            yield program
