"""Ctrl-C, a request to end and a terminal that closes, as a message instead of an exception that
lands anywhere."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

#: What ends a run as Ctrl-C does: ``systemctl stop`` or ``timeout``, and a closed terminal.
ENDINGS = (signal.SIGTERM, signal.SIGHUP)
STOPS = (signal.SIGINT, *ENDINGS)
#: Given what to do on an interrupt, a context in which interrupts do just that.
Interrupts = Callable[[Callable[[], None]], AbstractContextManager[None]]


@contextmanager
def ends_like_ctrl_c() -> Iterator[None]:
    """While this lasts, :data:`ENDINGS` raise ``KeyboardInterrupt``: they would end the process in
    the middle of a run, or at a question with the echo off.

    Not one that somebody else handles or has ignored (``nohup``), nor off the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in ENDINGS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def stop_signals(notify: Callable[[], None]) -> Iterator[None]:
    """Call ``notify`` on each SIGINT, and on each of :data:`ENDINGS` that is the same, from the
    signal handler: it must be quick and reentrant. One that is ignored stays so.

    Only the main thread may handle signals; elsewhere this changes nothing. The handlers that
    were there before come back at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(_number: int, _frame: FrameType | None) -> None:
        notify()

    like_it = [each for each in ENDINGS if signal.getsignal(each) is signal.default_int_handler]
    heard = [] if signal.getsignal(signal.SIGINT) is signal.SIG_IGN else [signal.SIGINT]
    numbers = [*heard, *like_it]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
