"""An executor on the workers of a Dask cluster (the ``[distributed]`` extra).

The workers ask the parent through the scheduler, by Dask's own queues: so all that a site has
to let through is its workers' connection to the scheduler, and what protects that connection
(TLS) protects the questions too.

A scheduler may give the task of a lost worker to another one. Here that is caught twice: tasks
are submitted without retries, and the parent hands out each host once (``begin``), so that a
second worker that is given it is refused.
"""

from __future__ import annotations

import itertools
import logging
import pickle
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar

from distributed import Client, Queue
from distributed.scheduler import KilledWorker

from ftlab.errors import Lost, UsageError
from ftlab.fleet.daemon_threads import DaemonThreads
from ftlab.fleet.workers import dask_worker
from ftlab.fleet.workers.processes import MOST_QUESTIONS, PARTING, lost
from ftlab.fleet.workers.rpc import Handler, RpcResult, attempt, pack, settle

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

#: Seconds between two looks at which workers are still there.
WATCH = 2.0


def connected(address: str, timeout: float, version: Callable[[], str]) -> Client:
    """A client of the scheduler, with at least one worker; ``version`` must say the same on all
    of them as it does here.

    Raises :class:`UsageError` where that is not so within ``timeout`` seconds.
    """
    for talkative in ("distributed", "distributed.client"):  # its talk is not ours
        logging.getLogger(talkative).setLevel(logging.CRITICAL + 1)
    try:
        client = Client(address, timeout=timeout, set_as_default=False, name="ftlab")
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
        raise UsageError(
            f"no Dask scheduler answers at {address}: {error or type(error).__name__}",
            hint="start it with: dask scheduler (docs/scale.md shows how)",
        ) from error
    try:
        _check_workers(client, timeout, version)
    except BaseException:
        client.close()
        raise
    return client


def _check_workers(client: Client, timeout: float, version: Callable[[], str]) -> None:
    try:
        client.wait_for_workers(1, timeout=timeout)
        versions = client.run(version)
    except TimeoutError as error:
        raise UsageError(
            "the Dask scheduler has no workers", hint="start some with: dask worker"
        ) from error
    except Exception as error:  # whatever a worker without ftlab raises
        raise UsageError(
            f"a Dask worker cannot run ftlab: {error}",
            hint=f"install ftlab {version()} on every worker",
        ) from error
    for place, found in versions.items():
        if found != version():
            raise UsageError(f"the worker {place} has ftlab {found}, this is {version()}")


class Cluster(Executor):
    """The workers of ``client``, which it closes at its end. ``answer`` is asked by them, as by
    worker processes; there too the link is ``ftlab.fleet.workers.rpc.CURRENT``."""

    def __init__(self, client: Client, answer: Handler) -> None:
        self._client, self._answer = client, answer
        self._name = f"ftlab-{secrets.token_hex(8)}"
        self._inner = client.get_executor(pure=False, retries=0)
        self._helpers = DaemonThreads(MOST_QUESTIONS)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._open: dict[int, _Call] = {}
        self._replies: dict[str, Queue] = {}
        self._over = threading.Event()
        self._questions = Queue(self._name, client=client)
        for work in (self._serve, self._watch):
            threading.Thread(target=work, name=self._name, daemon=True).start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if kwargs:
            raise TypeError("a call for a Dask worker takes positional arguments only")
        number, call = next(self._numbers), _Call()
        call.future.set_running_or_notify_cancel()
        with self._lock:
            self._open[number] = call
        call.inner = self._inner.submit(
            dask_worker.run, self._name, number, pickle.dumps((fn, args))
        )
        call.inner.add_done_callback(partial(self._ended, number))
        return call.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """``wait`` waits for the calls under way; else they are cancelled, which keeps those
        from beginning that have not. Workers are told, and the client is closed."""
        if self._over.is_set():
            return
        self._over.set()
        with suppress(Exception):  # whatever a cluster that is gone raises
            self._inner.shutdown(wait=wait)
            self._questions.put(dask_worker.GOODBYE)
            self._client.run(dask_worker.leave, self._name, wait=False)
            for queue in (self._questions, *self._replies.values()):
                queue.close()
        self._client.close(timeout=PARTING)
        self._helpers.shutdown(wait=False)

    def _ended(self, number: int, inner: Future[Any]) -> None:
        with self._lock:
            call = self._open.pop(number, None)
        if call is None:
            return
        result = _result(inner, call.place)
        settle(call.future, result)
        if call.place and isinstance(result[1], Lost):
            self._report_lost(call.place)

    def _serve(self) -> None:
        while True:
            try:
                message = self._questions.get()
            except Exception as error:  # the scheduler may be back in a moment
                log.debug("the scheduler does not answer: %s", error)
                if self._over.wait(WATCH):
                    return
                continue
            if message == dask_worker.GOODBYE:
                return
            with suppress(RuntimeError):  # the run is over, and nobody answers any more
                self._helpers.submit(self._hear, message)

    def _hear(self, message: bytes) -> None:
        place, reply_to, text = pickle.loads(message)  # noqa: S301 - from a worker of the cluster
        kind, number, words = pickle.loads(text)  # noqa: S301
        result = attempt(self._reply, place, *words)
        if kind == "ask":
            with suppress(Exception):  # the worker has gone meanwhile
                self._reply_queue(reply_to).put(pack("answer", number, result))

    def _reply(self, place: str, *words: Any) -> Any:
        if words[0] == "begin":
            return self._begin(place, words[1])
        return self._answer(place, *words)

    def _begin(self, place: str, number: int) -> None:
        """Each call begins once, whatever the scheduler does. Raises ``Lost`` the second time."""
        with self._lock:
            call = self._open.get(number)
            if call is None or call.place:
                raise lost(call.place if call else place)
            call.place = place

    def _reply_queue(self, name: str) -> Queue:
        with self._lock:
            known = self._replies.get(name)
        if known is None:
            known = self._replies[name] = Queue(name, client=self._client)
        return known

    def _watch(self) -> None:
        """A worker that is gone is lost with its calls, whatever the scheduler plans for them."""
        while not self._over.wait(WATCH):
            try:
                there = threads(self._client).keys()
            except Exception as error:  # asked again next time
                log.debug("the scheduler does not answer: %s", error)
                continue
            with self._lock:
                gone = {n: c for n, c in self._open.items() if c.place and c.place not in there}
            for number, call in gone.items():
                self._lose(number, call)
            for place in {call.place for call in gone.values()}:
                self._report_lost(place)

    def _report_lost(self, place: str) -> None:
        with suppress(RuntimeError):  # the run is over, and nobody answers any more
            self._helpers.submit(self._answer, place, "lost")

    def _lose(self, number: int, call: _Call) -> None:
        with self._lock:
            self._open.pop(number, None)
        settle(call.future, (False, lost(call.place)))
        if call.inner is not None:
            call.inner.cancel()


@dataclass
class _Call:
    """``place`` is the worker that has begun it, empty before."""

    future: Future[Any] = field(default_factory=Future)
    inner: Future[Any] | None = None
    place: str = ""


def _result(inner: Future[Any], place: str) -> RpcResult:
    try:
        return True, inner.result()
    except (CancelledError, KilledWorker):
        return False, lost(place)
    except BaseException as error:  # the call's own
        return False, error


def threads(client: Client) -> Mapping[str, int]:
    """Each worker's address, and how many calls it can do at the same time."""
    found: Mapping[str, int] = client.nthreads()
    return found
