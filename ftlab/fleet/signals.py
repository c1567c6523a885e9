"""Ctrl-C, and a request to end, as a message instead of an exception that lands anywhere."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

#: Given what to do on an interrupt, a context in which interrupts do just that.
Interrupts = Callable[[Callable[[], None]], AbstractContextManager[None]]


@contextmanager
def ends_like_ctrl_c() -> Iterator[None]:
    """While this lasts, SIGTERM (``systemctl stop``, ``timeout``) raises ``KeyboardInterrupt``:
    it would end the process in the middle of a run, or at a question with the echo off.

    Not where somebody else handles it or has it ignored, nor off the main thread.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def stop_signals(notify: Callable[[], None]) -> Iterator[None]:
    """Call ``notify`` on each SIGINT, and on each SIGTERM where that is the same, from the signal
    handler: it must be quick and reentrant.

    Only the main thread may handle signals; elsewhere this changes nothing. The handlers that
    were there before come back at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(_number: int, _frame: FrameType | None) -> None:
        notify()

    numbers = [signal.SIGINT]
    if signal.getsignal(signal.SIGTERM) is signal.default_int_handler:
        numbers.append(signal.SIGTERM)
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
