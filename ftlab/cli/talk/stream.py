"""stderr is talk: a run does not fail because nobody listens any more."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO


class Talk:
    """A text stream that goes quiet once it cannot be written (its terminal was closed, its disk
    is full) instead of raising ``OSError``. In all else it is the stream itself."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            self._go_quiet()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._go_quiet()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _go_quiet(self) -> None:
        """Python flushes it once more at exit, and would make that the exit status."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


@contextmanager
def stderr_as_talk() -> Iterator[None]:
    """While this lasts, ``sys.stderr`` is :class:`Talk`."""
    real = sys.stderr
    sys.stderr = Talk(real)
    try:
        yield
    finally:
        sys.stderr = real
