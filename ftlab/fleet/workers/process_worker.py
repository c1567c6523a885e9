"""A worker process: calls come in over a pipe and run in threads, as they would in the parent.

It is started by :mod:`ftlab.fleet.workers.processes` and ends with its parent, whatever ends that.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
from multiprocessing.connection import Connection

from ftlab.fleet.daemon_threads import DaemonThreads
from ftlab.fleet.signals import ENDINGS, STOPS
from ftlab.fleet.turns import take_long_turns
from ftlab.fleet.workers.rpc import CURRENT, Link, attempt, pack


def main(descriptor: int, room: int, level: int) -> None:
    """Serve the parent at the other end of ``descriptor``, ``room`` calls at the same time, with
    ftlab's log at ``level``."""
    _leave_to_the_parent()
    take_long_turns()
    if level <= logging.DEBUG:
        _log(level)
    Worker(Connection(descriptor), room).serve()


class Worker:
    """Takes ``do`` and ``answer`` messages, sends ``done``, ``ask`` and ``notify``."""

    def __init__(self, pipe: Connection, room: int) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()
        self._threads = DaemonThreads(room)
        self._link = Link(self._send, f"process {os.getpid()}")

    def serve(self) -> None:
        """Until the parent says ``bye``; where it is gone, nothing is worth going on with."""
        try:
            while self._took(self._pipe.recv_bytes()):
                pass
        except (EOFError, OSError):
            os._exit(1)
        self._link.close()

    def _took(self, message: bytes) -> bool:
        kind, number, value = pickle.loads(message)  # noqa: S301 - from our own parent
        if kind == "do":
            self._threads.submit(self._do, number, value)
        elif kind == "answer":
            self._link.answered(number, value)
        return bool(kind != "bye")

    def _do(self, number: int, call: bytes) -> None:
        CURRENT.set(self._link)
        result = attempt(_called, call)
        try:
            text = pickle.dumps(result)
        except Exception as error:  # a result that cannot travel is that one call's error
            text = pickle.dumps((False, TypeError(f"the result cannot be handed on: {error}")))
        self._send(pack("done", number, text))

    def _send(self, message: bytes) -> None:
        with self._lock:
            self._pipe.send_bytes(message)


def _leave_to_the_parent() -> None:
    """What ends a run comes to all processes; the parent decides. A ``ProxyCommand`` started from
    here can be terminated: unlike an ignored signal, a handler is not inherited."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as ``nohup`` wants it
            signal.signal(number, lambda _number, _frame: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _called(call: bytes) -> object:
    work, args = pickle.loads(call)  # noqa: S301 - from our own parent
    return work(*args)


def _log(level: int) -> None:
    """As the command's own -vv: ftlab's log, never paramiko's, which may show secrets."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("ftlab")
    log.addHandler(handler)
    log.setLevel(level)
