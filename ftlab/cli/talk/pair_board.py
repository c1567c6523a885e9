"""The pairs of ``vft.status --watch``, while it looks: redrawn on a terminal, else a line for
each change."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from ftlab.cli.talk.columns import columns
from ftlab.ops.vft.pairs import Pair, meaning
from ftlab.report.layout.cells import cut
from ftlab.report.layout.escape import escape
from ftlab.report.layout.values import format_seconds

_UP_AND_CLEAR = "\x1b[{}A\x1b[J"


class Board:
    """Call it with the pairs after every look. ``say`` prints one line to stderr. ``deadline``:
    seconds until nobody looks any more. Where it is redrawn, :meth:`close` clears it."""

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        redraw: bool,
        deadline: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say, self._clock = say, clock
        self._redraw = redraw
        self._ends = None if deadline is None else clock() + deadline
        self._shown: dict[str, str] = {}
        self._drawn = 0

    def __call__(self, pairs: Sequence[Pair]) -> None:
        lines = {f"{pair.name} {pair.hosts}": line_of(pair) for pair in pairs}
        if self._redraw:
            self._draw([*lines.values(), self._countdown()])
        else:
            for key, line in lines.items():
                if self._shown.get(key) != line:
                    self._say(line)
        self._shown = lines

    def close(self) -> None:
        """Clear what was drawn, but for the pairs where the report is not on this terminal."""
        if self._redraw:
            self._draw([] if sys.stdout.isatty() else list(self._shown.values()))

    def _countdown(self) -> str:
        if self._ends is None:
            return "looks on until all run; Ctrl-C ends it"
        left = max(0.0, self._ends - self._clock())
        return f"looks on until all run, {format_seconds(left)} left"

    def _draw(self, lines: Sequence[str]) -> None:
        """Each line is one of the screen: else the next drawing would miss some."""
        if self._drawn:
            print(_UP_AND_CLEAR.format(self._drawn), end="", file=sys.stderr)
        room = columns() - 1
        for line in lines:
            print(cut(escape(line), room), file=sys.stderr)
        sys.stderr.flush()
        self._drawn = len(lines)


def line_of(pair: Pair) -> str:
    """``db01  vesxi01 > vesxi02  starting: the secondary is being started``."""
    primary = pair.primary.host if pair.primary else "?"
    secondary = pair.secondary.host if pair.secondary else "?"
    return f"{pair.name}  {primary} > {secondary}  {pair.state}: {meaning(pair.state)}"
