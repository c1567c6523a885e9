"""An executor whose threads never keep the program from ending.

``concurrent.futures.ThreadPoolExecutor`` waits at exit for every thread it ever started. A host
that was given up on at the deadline would hold the whole program then, so these are daemons.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_Call = tuple["Future[Any]", Callable[[], Any]]


class DaemonThreads(Executor):
    """At most ``max_workers`` daemon threads, each started when first needed."""

    def __init__(self, max_workers: int) -> None:
        if max_workers < 1:
            raise ValueError("max_workers is 1 or more")
        self._max = max_workers
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor is shut down")
            self._ensure_thread()
            self._calls.put((future, lambda: fn(*args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work. ``wait`` joins the threads; ``cancel_futures`` drops what waits."""
        with self._lock:
            self._closed = True
            if cancel_futures:
                self._drop_waiting()
            for _ in self._threads:
                self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _ensure_thread(self) -> None:
        if self._idle.acquire(blocking=False) or len(self._threads) >= self._max:
            return
        name = f"ftlab-fleet-{len(self._threads)}"
        thread = threading.Thread(target=self._serve, name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the machine has no more threads to give: those we have must do
            if not self._threads:
                raise
            return
        self._threads.append(thread)

    def _drop_waiting(self) -> None:
        """A thread may take the last one meanwhile: nobody waits for another."""
        with suppress(Empty):
            while True:
                call = self._calls.get_nowait()
                if call is not None:
                    call[0].cancel()

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            _perform(*call)
            del call  # an idle thread must not keep the last host's data alive
            self._idle.release()


def _perform(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # handed on to whoever asks the future
        future.set_exception(error)
    else:
        future.set_result(result)
