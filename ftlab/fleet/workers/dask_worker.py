"""What runs in a Dask worker: calls of a run, and the link to the run's parent.

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

from ftlab.fleet.workers.rpc import CURRENT, Link

#: Seconds after which a question that nobody answered is given up.
PATIENCE = 60.0
#: In place of a message: the last one.
GOODBYE = b""


def run(name: str, number: int, call: bytes) -> object:
    """Do a pickled call of the run ``name``, if the parent has not given it to another worker.

    :raises Lost: ``lost.worker``: it has; ``lost.parent``: the parent is gone.
    """
    with LINKS.at(name) as link:
        link.ask("begin", number)
        CURRENT.set(link)
        work, args = pickle.loads(call)  # noqa: S301 - whoever may submit may run anything here
        return work(*args)


async def leave(name: str) -> None:
    """The run is over. Runs on the worker's own loop, which must not wait."""
    threading.Thread(target=LINKS.close, args=[name], daemon=True).start()


class QueueLink:
    """The link of one run: two queues at the scheduler, and a thread that listens."""

    def __init__(self, name: str) -> None:
        client, worker = get_client(), get_worker()
        _stop_profiler(worker)
        self.busy = 0
        self._to = Queue(name, client=client)
        self._from = Queue(f"{name}-{uuid.uuid4().hex}", client=client)
        self._place = str(worker.address)
        self.link = Link(self._send, self._place, PATIENCE)
        threading.Thread(target=self._listen, name=name, daemon=True).start()

    def close(self) -> None:
        """Not on the worker's own loop, which must not wait."""
        with suppress(Exception):  # the scheduler is gone, and with it the queue
            self._from.put(GOODBYE)
        self.link.close()

    def _send(self, message: bytes) -> None:
        try:
            self._to.put(pickle.dumps((self._place, self._from.name, message)))
        except Exception as error:  # Dask has many words for a scheduler that does not answer
            raise OSError(str(error)) from error

    def _listen(self) -> None:
        with suppress(Exception):  # a scheduler that is gone: questions run into their timeout
            while (message := self._from.get()) != GOODBYE:
                _kind, number, result = pickle.loads(message)  # noqa: S301 - from the run's parent
                self.link.answered(number, result)
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


class QueueLinks:
    """The runs that this worker has a part in. One that nothing is done for is closed when
    another begins: its parent may have gone without a word."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._links: dict[str, QueueLink] = {}

    @contextmanager
    def at(self, name: str) -> Iterator[Link]:
        """The link of that run, kept open meanwhile."""
        with self._lock:
            own = self._links.get(name)
            if own is None:
                idle = [self._links.pop(n) for n, one in list(self._links.items()) if not one.busy]
                own = self._links[name] = QueueLink(name)
            else:
                idle = []
            own.busy += 1
        for one in idle:
            one.close()
        try:
            yield own.link
        finally:
            with self._lock:
                own.busy -= 1

    def close(self, name: str) -> None:
        """Safe to repeat."""
        with self._lock:
            own = self._links.pop(name, None)
        if own is not None:
            own.close()


LINKS: Any = QueueLinks()
