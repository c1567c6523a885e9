"""How the ``ftlab`` program starts: without what invoke loads for others.

Its ``MockContext`` brings ``unittest`` and asyncio, its configuration files bring a YAML reader:
together half of what importing invoke costs, and ``ftlab`` hardly ever asks for either. Only the
program does this: the library, ``inv`` and ``fab`` import invoke as it is.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any

_YAML = "invoke.vendor.yaml"
_MOCK = "unittest.mock"
_INTERRUPTED = 130
_YOUNG_OBJECTS = 50_000
"""Python's own 700 has the collector look a hundred times before the first host is asked."""


@contextmanager
def quiet_interrupts() -> Iterator[None]:
    """While it lasts, Ctrl-C ends the program at once, with exit 130: nothing has begun yet. An
    exception in the middle of an import becomes a traceback or another error, or is lost.

    Not where somebody else handles it or has it ignored, nor off the main thread.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def lean_imports() -> Iterator[None]:
    """While it lasts, invoke comes without YAML, which loads itself when a configuration file
    needs it, and without ``unittest.mock``."""
    sys.meta_path.insert(0, _LaterFinder)
    doubles = ModuleType(_MOCK)
    doubles.Mock = _mock  # type: ignore[attr-defined]
    stood_in = sys.modules.setdefault(_MOCK, doubles) is doubles
    try:
        yield
    finally:
        if stood_in:
            del sys.modules[_MOCK]
        sys.meta_path.remove(_LaterFinder)


def relax_gc() -> None:
    """What is loaded now stays to the end: never look at it again, nor often at the rest."""
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
    gc.enable()


class _LaterFinder:
    """Finds invoke's YAML where it is, to be loaded on first use."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == _YAML else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def _mock(*args: Any, **options: Any) -> Any:
    """The real ``Mock``: invoke's ``MockContext`` makes one, for those who test their tasks."""
    from unittest.mock import Mock

    return Mock(*args, **options)
