"""A question on the terminal, answered without echo.

``getpass`` does not do: it waits for the answer in a worker's thread, which a run that is
interrupted or out of time does not wait for, and the terminal would be left without echo.
"""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from ftlab.errors import Unreachable

Around = Callable[[], AbstractContextManager[None]]
"""Entered around each question; nothing else may be written to the terminal inside."""

LOOK = 0.1
"""Seconds after which an open question notices that it was given up."""
_LOCAL_FLAGS = 3
_MOST = 4096
"""Bytes of one line; a terminal holds no longer one."""


class Prompt:
    """Asks one question at a time. Safe to share between threads."""

    def __init__(self, around: Around = nullcontext) -> None:
        self._around = around
        self._turn = threading.Lock()
        self._closed = threading.Event()

    def __call__(self, question: str) -> str:
        """The line that was typed, empty if there is none.

        :raises Unreachable: ``auth.secret``: the prompt was closed before an answer came.
        """
        with self._turn:
            if not self._closed.is_set():
                with self._around():
                    answer = self._asked(question)
                if answer is not None:
                    return answer
        raise Unreachable(
            "not logged in: the run was stopped before its question was answered",
            kind="auth.secret",
            hint="run again and answer the question for the password or passphrase",
        )

    def close(self) -> None:
        """Ask nothing more; an open question ends without an answer. When this returns, the
        terminal is as it was before the question. Safe to repeat."""
        self._closed.set()
        with self._turn:
            pass

    def _asked(self, question: str) -> str | None:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        silent = [*before]
        silent[_LOCAL_FLAGS] &= ~termios.ECHO
        try:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
            print(question, end="", file=sys.stderr, flush=True)
            return self._line(terminal)
        finally:
            # Without what was typed so far, which the shell would read as a command.
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
            print(file=sys.stderr, flush=True)

    def _line(self, terminal: int) -> str | None:
        while not self._closed.is_set():
            if select.select([terminal], [], [], LOOK)[0]:
                line = os.read(terminal, _MOST).decode("utf-8", "surrogateescape")
                return line.removesuffix("\n")
        return None


def terminal_prompt(around: Around = nullcontext) -> Prompt | None:
    """A prompt if a person sits at both ends, else ``None``."""
    if sys.stdin is None or sys.stderr is None:
        return None
    return Prompt(around) if sys.stdin.isatty() and sys.stderr.isatty() else None
