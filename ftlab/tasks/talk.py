"""What stderr shows while a run is under way: words, and on a terminal how far it is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ftlab.report.safe import safe

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ftlab.lab.front import Lab
    from ftlab.model import Outcome

_BAD = {"failed", "unreachable"}


class Talk:
    """Drawn only as outcomes come in, in the main thread: nothing spins, nothing flickers."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._progress: Progress | None = None
        self._bar: TaskID | None = None
        self._bad = 0

    def __call__(self, line: str) -> None:
        if self._quiet:
            return
        if self._progress is not None:
            self._progress.console.print(safe(line), markup=False, highlight=False)
        else:
            print(safe(line), file=sys.stderr, flush=True)

    def follow(self, lab: Lab) -> None:
        """Show how many hosts are done, where somebody is watching and there are several."""
        if self._quiet or not sys.stderr.isatty() or len(lab.hosts) < 2:
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
        self._bar = self._progress.add_task("", total=len(lab.hosts), bad="")
        self._progress.start()
        self._progress.refresh()
        lab.audience.on_outcome = self._came

    def _came(self, outcome: Outcome) -> None:
        if self._progress is None or self._bar is None:
            return
        self._bad += outcome.status in _BAD
        bad = f"· {self._bad} failed" if self._bad else ""
        self._progress.update(self._bar, advance=1, bad=bad)
        self._progress.refresh()

    def pause(self) -> None:
        """Clear the line, before a question or the report. Safe to repeat."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
