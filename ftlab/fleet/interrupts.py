"""Ctrl-C as a message instead of an exception that lands anywhere."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

#: Given what to do on an interrupt, a context in which interrupts do just that.
Interrupts = Callable[[Callable[[], None]], AbstractContextManager[None]]


@contextmanager
def sigint(notify: Callable[[], None]) -> Iterator[None]:
    """Call ``notify`` on each SIGINT, from the signal handler: it must be quick and reentrant.

    Only the main thread may handle signals; elsewhere this changes nothing. The handler that was
    there before comes back at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(_number: int, _frame: FrameType | None) -> None:
        notify()

    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
