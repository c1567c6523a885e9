"""What runs in a Dask worker: calls of a run, and the line to the run's parent.

Imported by name on the workers, so ftlab must be installed there, in the parent's version.
"""

from __future__ import annotations

import pickle
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from distributed import Queue, get_client, get_worker

from ftlab.fleet.line import HERE, Line

#: Seconds after which a question that nobody answered is given up.
PATIENCE = 60.0
#: In place of a message: the last one.
GOODBYE = b""


def run(name: str, number: int, call: bytes) -> object:
    """Do a pickled call of the run ``name``, if the parent has not given it to another worker.

    :raises Lost: ``lost.worker``: it has; ``lost.parent``: the parent is gone.
    """
    with POSTS.at(name) as line:
        line.ask("begin", number)
        HERE.set(line)
        work, args = pickle.loads(call)  # noqa: S301 - whoever may submit may run anything here
        return work(*args)


async def leave(name: str) -> None:
    """The run is over. Runs on the worker's own loop, which must not wait."""
    threading.Thread(target=POSTS.close, args=[name], daemon=True).start()


class Post:
    """This worker's part in one run: two queues at the scheduler, and a thread that listens."""

    def __init__(self, name: str) -> None:
        client, worker = get_client(), get_worker()
        _stop_profiler(worker)
        self.busy = 0
        self._to = Queue(name, client=client)
        self._from = Queue(f"{name}-{uuid.uuid4().hex}", client=client)
        self._place = str(worker.address)
        self.line = Line(self._send, self._place, PATIENCE)
        threading.Thread(target=self._listen, name=name, daemon=True).start()

    def close(self) -> None:
        """Not on the worker's own loop, which must not wait."""
        with suppress(Exception):  # the scheduler is gone, and with it the queue
            self._from.put(GOODBYE)
        self.line.close()

    def _send(self, message: bytes) -> None:
        try:
            self._to.put(pickle.dumps((self._place, self._from.name, message)))
        except Exception as error:  # Dask has many words for a scheduler that does not answer
            raise OSError(str(error)) from error

    def _listen(self) -> None:
        with suppress(Exception):  # a scheduler that is gone: questions run into their patience
            while (message := self._from.get()) != GOODBYE:
                _kind, number, result = pickle.loads(message)  # noqa: S301 - from the run's parent
                self.line.answered(number, result)
        for queue in (self._from, self._to):
            with suppress(Exception):
                queue.close()


def _stop_profiler(worker: Any) -> None:
    """Dask's profiler looks at every thread's stack 100 times a second. Before Python 3.12 that
    can stop the whole process for good where threads come and go, as a run's connections do
    (python/cpython#106883)."""
    profiler = worker.periodic_callbacks.get("profile")
    if profiler is not None and sys.version_info < (3, 12):
        worker.loop.add_callback(profiler.stop)


class Posts:
    """The runs that this worker has a part in. One that nothing is done for is closed when
    another begins: its parent may have gone without a word."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._posts: dict[str, Post] = {}

    @contextmanager
    def at(self, name: str) -> Iterator[Line]:
        """The line of that run, kept open meanwhile."""
        with self._lock:
            post = self._posts.get(name)
            if post is None:
                idle = [self._posts.pop(n) for n, one in list(self._posts.items()) if not one.busy]
                post = self._posts[name] = Post(name)
            else:
                idle = []
            post.busy += 1
        for one in idle:
            one.close()
        try:
            yield post.line
        finally:
            with self._lock:
                post.busy -= 1

    def close(self, name: str) -> None:
        """Safe to repeat."""
        with self._lock:
            post = self._posts.pop(name, None)
        if post is not None:
            post.close()


POSTS: Any = Posts()
