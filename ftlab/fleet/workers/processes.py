"""An executor of worker processes, each with threads of its own.

One interpreter runs one thread at a time, so a big fleet is dealt out to as many processes as
there are cores. A process that is lost takes the hosts it was on with it: they are told as lost
and never done again elsewhere, since nobody knows how far they came.
"""

from __future__ import annotations

import logging
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from ftlab.errors import Lost
from ftlab.fleet.daemon_threads import DaemonThreads
from ftlab.fleet.signals import STOPS
from ftlab.fleet.workers.rpc import Handler, attempt, pack, settle

P = ParamSpec("P")
T = TypeVar("T")

#: Questions that may be open at the same time; a thread is only there for one that is.
MOST_QUESTIONS = 1024
#: Seconds that a worker gets to hang up and end by itself.
PARTING = 5.0

_BOOT = (
    "import sys; sys.path[:] = {path!r}; "
    "from ftlab.fleet.workers.process_worker import main; main({args})"
)


class Processes(Executor):
    """``count`` worker processes for ``room`` calls at the same time, all started at once.

    What is submitted must be importable and picklable; there, ``ftlab.fleet.workers.rpc.CURRENT``
    is the link over which ``answer`` is asked. Each call goes to the process with the fewest.
    """

    def __init__(self, count: int, room: int, answer: Handler) -> None:
        self._helpers = DaemonThreads(MOST_QUESTIONS)
        each = -(-room // count)
        self._workers = [WorkerProcess(each, answer, self._helpers) for _ in range(count)]

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if kwargs:
            raise TypeError("a call for a worker process takes positional arguments only")
        there = [worker for worker in self._workers if worker.there]
        if not there:
            raise Lost("no worker process is left", kind="lost.worker", hint="run ftlab again")
        least = min(there, key=lambda worker: (worker.load, worker.given))
        return least.submit(pickle.dumps((fn, args)))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """``wait`` lets the processes hang up and end; else they are killed. They have taken
        every call the moment it was submitted, so nothing is left to cancel."""
        for worker in self._workers:
            worker.end(kindly=wait)
        for worker in self._workers:
            worker.reap()
        self._helpers.shutdown(wait=False)


class WorkerProcess:
    """One worker as its parent has it: a process, a pipe, and a thread that listens to it."""

    def __init__(self, room: int, answer: Handler, helpers: Executor) -> None:
        self._answer, self._helpers = answer, helpers
        self._open: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self.given = 0
        self.there = True
        self._process, self._pipe = _started(room)
        self.place = f"process {self._process.pid}"
        self._listener = threading.Thread(target=self._listen, name=self.place, daemon=True)
        self._listener.start()

    @property
    def load(self) -> int:
        """How many calls it has and has not answered; ``given``: how many it got in all."""
        return len(self._open)

    def submit(self, call: bytes) -> Future[Any]:
        """Hand a pickled call over. Where the worker is lost, the future holds ``Lost``."""
        self.given += 1
        number, future = self.given, Future[Any]()
        future.set_running_or_notify_cancel()  # it cannot be called back
        self._open[number] = future
        self._send(pack("do", number, call))
        if not self.there:
            self._lose(number)
        return future

    def end(self, *, kindly: bool) -> None:
        """Say goodbye, or kill."""
        if kindly:
            self._send(pack("bye", 0, None))
        else:
            self._process.kill()

    def reap(self) -> None:
        """Wait for its end, at most :data:`PARTING` seconds before it is killed."""
        try:
            self._process.wait(PARTING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(PARTING)
        self._pipe.close()

    def _send(self, message: bytes) -> None:
        with self._lock:
            try:
                self._pipe.send_bytes(message)
            except OSError:
                self.there = False

    def _listen(self) -> None:
        try:
            while True:
                self._hear(self._pipe.recv_bytes())
        except (EOFError, OSError):
            self.there = False
        for number in list(self._open):
            self._lose(number)
        with suppress(RuntimeError):  # the run is over, and nobody answers any more
            self._helpers.submit(self._answer, self.place, "lost")

    def _hear(self, message: bytes) -> None:
        good, found = attempt(pickle.loads, message)
        if not good:
            logging.getLogger(__name__).debug("%s says what cannot be read: %s", self.place, found)
            return
        kind, number, value = found
        if kind == "done":
            self._done(number, value)
        elif kind == "ask":
            self._helpers.submit(self._reply, number, value)
        else:
            self._helpers.submit(self._answer, self.place, *value)

    def _done(self, number: int, result: bytes) -> None:
        good, found = attempt(pickle.loads, result)
        future = self._open.pop(number, None)
        if future is not None:
            settle(future, found if good else (False, found))

    def _reply(self, number: int, question: tuple[Any, ...]) -> None:
        self._send(pack("answer", number, attempt(self._answer, self.place, *question)))

    def _lose(self, number: int) -> None:
        future = self._open.pop(number, None)
        if future is not None:
            settle(future, (False, lost(self.place)))


def lost(place: str) -> Lost:
    """What a host's outcome is whose worker is gone; no ``place``: it had not begun with it."""
    if not place:
        return Lost("the worker was lost before it began with this host", kind="lost.worker")
    return Lost(
        f"the worker ({place}), or the way to it, was lost while it was on this host; "
        "it was not begun again",
        kind="lost.worker",
        hint="look at the host before the next run: what was under way may or may not be done "
        "(ftlab lab.history last)",
    )


def _started(room: int) -> tuple[subprocess.Popen[bytes], Connection]:
    """A worker process and this end of its pipe. Until it leaves :data:`STOPS` to its
    parent by itself, they are blocked there. stdout is the parent's alone."""
    ours, theirs = socket.socketpair()
    level = logging.getLogger("ftlab").getEffectiveLevel()
    boot = _BOOT.format(path=sys.path, args=f"{theirs.fileno()}, {room}, {level}")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-c", boot],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process, Connection(ours.detach())
