"""What stderr shows while a run is under way: messages, and on a terminal how far it is."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.escape import safe

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ftlab.model import Outcome

_BAD = {"failed", "unreachable"}


class Messages:
    """The bar is drawn only as outcomes come in: nothing spins, nothing flickers. Safe to use
    from several threads."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._progress: Progress | None = None
        self._bar: TaskID | None = None
        self._bad = 0
        self._lock = threading.Lock()
        self._asking = False
        self._held: list[str] = []

    def __call__(self, line: str) -> None:
        """A message, which ``-q`` leaves out."""
        if not self._quiet:
            self.warn(line)

    def warn(self, line: str) -> None:
        """A message that ``-q`` does not leave out."""
        self.put(_lines(safe(line)))

    def put(self, lines: Sequence[str]) -> None:
        """These lines, harmless already, as they are."""
        text = "\n".join(lines)
        with self._lock:
            if self._asking:
                self._held.append(text)
            else:
                self._print(text)

    def begin(self, hosts: int) -> None:
        """Show how many of so many hosts are done, where somebody is watching and there are
        several."""
        self.pause()  # a call may have several rounds
        self._bad = 0
        if self._quiet or not sys.stderr.isatty() or hosts < 2:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._progress = Progress(
            BarColumn(30),
            MofNCompleteColumn(),
            TextColumn("hosts {task.fields[bad]}"),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,
        )
        self._bar = self._progress.add_task("", total=hosts, bad="")
        self._progress.start()
        self._progress.refresh()

    def pause(self) -> None:
        """Clear the line, before a question or the report. Safe to repeat."""
        with self._lock:
            if self._progress is not None:
                self._progress.stop()
                self._progress = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around a question that comes up in another thread: the bar is away meanwhile, and
        messages wait for its end."""
        with self._lock:
            self._asking = True
            if self._progress is not None:
                self._progress.stop()
        try:
            yield
        finally:
            with self._lock:
                self._go_on()

    def _go_on(self) -> None:
        self._asking = False
        for text in self._held:
            self._print(text)
        self._held.clear()
        if self._progress is not None:
            self._progress.start()
            self._progress.refresh()

    def _print(self, text: str) -> None:
        if self._progress is not None:
            self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def count(self, outcome: Outcome) -> None:
        """One more host is done."""
        with self._lock:
            if self._progress is None or self._bar is None:
                return
            self._bad += outcome.status in _BAD
            bad = f"· {self._bad} failed" if self._bad else ""
            self._progress.update(self._bar, advance=1, bad=bad)
            if not self._asking:
                self._progress.refresh()


def _lines(text: str) -> list[str]:
    """A message as a terminal shows it, broken between words; elsewhere it is one line."""
    if not sys.stderr.isatty():
        return [text]
    return wrapped(text, os.get_terminal_size(sys.stderr.fileno()).columns or 80)
