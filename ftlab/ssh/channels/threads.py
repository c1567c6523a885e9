"""Work beside the caller's own, in a thread for each piece."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any


class Piece(threading.Thread):
    """One piece of work and what came of it. A daemon: a host that was given up on must not
    keep the program from ending."""

    def __init__(self, work: Callable[[], Any], name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._answer: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._answer = self._work()
        except BaseException as error:  # raised where the result is asked for
            self._error = error

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._answer


def together(work: Sequence[Callable[[], Any]], name: str) -> list[Any]:
    """Call each piece of ``work`` at the same time, the first of them in the calling thread.

    Returns the results in order, once all have ended; raises the first error in that order.
    """
    first, *others = [Piece(call, name) for call in work]
    for piece in others:
        piece.start()
    first.run()
    for piece in others:
        piece.join()
    return [piece.result() for piece in (first, *others)]
