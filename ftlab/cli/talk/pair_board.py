"""The pairs of ``vft.status --watch``, while it looks: redrawn on a terminal, else a line for
each change."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from ftlab.ops.vft.pairs import Pair, meaning
from ftlab.report.layout.escape import escape

_UP_AND_CLEAR = "\x1b[{}A\x1b[J"


class Board:
    """Call it with the pairs after every look. ``say`` prints one line to stderr."""

    def __init__(self, say: Callable[[str], None], *, redraw: bool | None = None) -> None:
        self._say = say
        self._redraw = sys.stderr.isatty() if redraw is None else redraw
        self._shown: dict[str, str] = {}

    def __call__(self, pairs: Sequence[Pair]) -> None:
        lines = {f"{pair.name} {pair.hosts}": line_of(pair) for pair in pairs}
        if self._redraw:
            self._draw(list(lines.values()))
        else:
            for key, line in lines.items():
                if self._shown.get(key) != line:
                    self._say(line)
        self._shown = lines

    def _draw(self, lines: Sequence[str]) -> None:
        if self._shown:
            print(_UP_AND_CLEAR.format(len(self._shown)), end="", file=sys.stderr)
        for line in lines:
            print(escape(line), file=sys.stderr)
        sys.stderr.flush()


def line_of(pair: Pair) -> str:
    """``db01  vesxi01 > vesxi02  starting: the secondary is being started``."""
    primary = pair.primary.host if pair.primary else "?"
    secondary = pair.secondary.host if pair.secondary else "?"
    return f"{pair.name}  {primary} > {secondary}  {pair.state}: {meaning(pair.state)}"
