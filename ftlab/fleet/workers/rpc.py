"""A worker's link to its parent: questions that wait for an answer, and words that do not.

What only one process of a run may do (write the journal, decide who tries a password, talk to
the user) a worker asks its parent for. How the messages travel is the executor's business.
"""

from __future__ import annotations

import itertools
import pickle
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from ftlab.errors import FtlabError, Lost

Handler = Callable[..., Any]
"""What a parent has for its workers: ``answer(place, *question)``. Called in several threads."""

RpcResult = tuple[bool, Any]
"""True and a value, or False and the error to raise."""


class Link:
    """One worker's end. Safe to share between threads.

    ``place`` names the worker. ``kept`` is for the work itself: what it makes once per worker,
    under ``lock``. ``timeout``: seconds to wait for an answer (``None``: for ever, where the
    loss of the parent is noticed in another way).
    """

    def __init__(
        self, send: Callable[[bytes], None], place: str, timeout: float | None = None
    ) -> None:
        self.place = place
        self.lock = threading.Lock()
        self.kept: Any = None
        self._send, self._timeout = send, timeout
        self._numbers = itertools.count(1)
        self._open: dict[int, Future[Any]] = {}

    def ask(self, *question: Any, longer: float = 0.0) -> Any:
        """The parent's answer; an error there is raised here. ``longer``: seconds on top of the
        link's timeout.

        :raises Lost: ``lost.parent``: nobody answers. Whatever the question was about may or
            may not have been done.
        """
        number, future = next(self._numbers), Future[Any]()
        self._open[number] = future
        try:
            self._send(pack("ask", number, question))
            return future.result(None if self._timeout is None else self._timeout + longer)
        except (TimeoutError, OSError) as error:
            raise _nobody_there() from error
        finally:
            self._open.pop(number, None)

    def notify(self, *words: Any) -> None:
        """Say something that needs no answer; it is lost where nobody is there."""
        try:
            self._send(pack("notify", 0, words))
        except OSError:
            return

    def answered(self, number: int, result: RpcResult) -> None:
        """An answer has come (a late one is dropped)."""
        future = self._open.get(number)
        if future is not None:
            settle(future, result)

    def close(self) -> None:
        """No answer will come any more, and what the work kept is closed."""
        for future in list(self._open.values()):
            settle(future, (False, _nobody_there()))
        with self.lock:
            kept, self.kept = self.kept, None
        if kept is not None:
            kept.close()


CURRENT: ContextVar[Link] = ContextVar("CURRENT")
"""The link of the worker that the running work is in."""


def pack(kind: str, number: int, value: Any) -> bytes:
    """A message. Raises what ``pickle`` does for a value that cannot travel."""
    return pickle.dumps((kind, number, value))


def attempt(work: Callable[..., Any], *args: Any) -> RpcResult:
    """Call ``work``; what it raises is a result too, one that can travel."""
    try:
        return True, work(*args)
    except BaseException as error:  # handed on to whoever waits for the result
        return False, _portable(error)


def settle(future: Future[Any], result: RpcResult) -> None:
    """Give a future its result, unless it has one already or was cancelled."""
    good, value = result
    with suppress(InvalidStateError):
        if good:
            future.set_result(value)
        else:
            future.set_exception(value)


def _portable(error: BaseException) -> BaseException:
    """The error as it can travel; the traceback of a surprise, which cannot, as a note."""
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made right here
    except Exception:  # whatever an error's own pickling raises
        copy = RuntimeError(f"{type(error).__name__}: {error}")
    if not isinstance(copy, FtlabError):
        copy.add_note("".join(traceback.format_exception(error)))
    return copy  # type: ignore[no-any-return]


def _nobody_there() -> Lost:
    return Lost(
        "the program that started this run does not answer any more",
        kind="lost.parent",
        hint="nothing further was begun on this host",
    )
