"""What stderr shows while a run is under way: messages, and on a terminal how far it is."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ftlab.cli.talk.columns import columns
from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.escape import escape

if TYPE_CHECKING:
    from ftlab.cli.talk.progress_line import Progress
    from ftlab.model import Outcome

_CLEAR = "\r\x1b[K"
_AFTER = 1.0
"""Seconds until the line of a single host appears: most are done before."""


class Messages:
    """The line is drawn by the thread that the run began in, as outcomes come in and every
    second: nothing spins, nothing flickers. Safe to use from several threads."""

    def __init__(self, *, quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._quiet, self._clock = quiet, clock
        dumb = os.environ.get("TERM") in {"dumb", "unknown"}
        self.watched = not quiet and sys.stderr.isatty() and not dumb
        self._progress: Progress | None = None
        self._lock = threading.Lock()
        self._asking = False
        self._held: list[str] = []
        self._drawn = ""

    def __call__(self, line: str) -> None:
        """A message, which ``-q`` leaves out."""
        if not self._quiet:
            self.warn(line)

    def warn(self, line: str) -> None:
        """A message that ``-q`` does not leave out."""
        self.put(_lines(escape(line)))

    def put(self, lines: Sequence[str]) -> None:
        """These lines, harmless already, as they are."""
        text = "\n".join(lines)
        with self._lock:
            if self._asking:
                self._held.append(text)
            else:
                self._print(text)

    def begin(self, hosts: int) -> None:
        """Show how many of so many hosts are done, where somebody is watching."""
        self.pause()  # a call may have several rounds
        if self.watched and hosts:
            from ftlab.cli.talk.progress_line import Progress

            self._progress = Progress(hosts, self._clock())
            if hosts > 1:
                self.draw()

    def working(self, host: str, what: str) -> None:
        """What a host is busy with now."""
        with self._lock:
            if self._progress is not None:
                self._progress.working(host, what, self._clock())

    @contextmanager
    def waiting(self, host: str, what: str, seconds: float) -> Iterator[None]:
        """Around a wait of a host, or of the whole run: the line counts the seconds down."""
        with self._lock:
            progress = self._progress
            if progress is not None:
                wait = progress.begin_wait(host, what, self._clock() + seconds)
        try:
            yield
        finally:
            with self._lock:
                if progress is not None:
                    progress.end_wait(wait)

    def count(self, outcome: Outcome) -> None:
        """One more host is done."""
        with self._lock:
            if self._progress is not None:
                self._progress.done(outcome.host, outcome.status)
        self.draw()

    def draw(self) -> None:
        """Show how far it is by now."""
        with self._lock:
            progress, now = self._progress, self._clock()
            if progress is None or self._asking:
                return
            if progress.hosts > 1 or now - progress.began >= _AFTER:
                self._show(progress.line(now, columns() - 1))

    def pause(self) -> None:
        """Clear the line, before a question or the report. Safe to repeat."""
        with self._lock:
            self._show("")
            self._progress = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around a question that comes up in another thread: the line is away meanwhile, and
        messages wait for its end."""
        with self._lock:
            self._asking = True
            self._show("")
        try:
            yield
        finally:
            with self._lock:
                self._asking = False
                for text in self._held:
                    self._print(text)
                self._held.clear()

    def _show(self, line: str) -> None:
        if line != self._drawn:
            print(_CLEAR + line, file=sys.stderr, end="", flush=True)
            self._drawn = line

    def _print(self, text: str) -> None:
        drawn = self._drawn
        self._show("")
        print(text, file=sys.stderr, flush=True)
        self._show(drawn)


def _lines(text: str) -> list[str]:
    """A message as a terminal shows it, broken between words; elsewhere it is one line."""
    return wrapped(text, columns()) if sys.stderr.isatty() else [text]
