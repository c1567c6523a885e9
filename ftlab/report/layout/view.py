"""How a report is to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ftlab.frozen import frozen
from ftlab.inventory.fold import fold as folded
from ftlab.report.layout.style import Paint

NO_LIMIT = 1_000_000
"""The width of what is no terminal: a row is one line there, for ``grep``."""


@frozen(slots=True)
class View:
    """``width`` in cells, or :data:`NO_LIMIT`; ``fold`` shows equal answers once; ``diff`` shows
    changes as the lines of a diff; ``lines`` shows outputs line by line; ``quiet`` says nothing
    where nothing changed and nothing failed; ``verbose`` 1 or more adds how long hosts took, and
    all that is left out else; ``named``: the user named the VMs, so that none of them is left out;
    ``typed``: the words after ``ftlab`` of the command line; ``spell`` writes a set of hosts."""

    width: int = 80
    color: bool = False
    fold: bool = True
    diff: bool = False
    lines: bool = False
    quiet: bool = False
    verbose: int = 0
    named: bool = False
    typed: tuple[str, ...] = ()
    spell: Callable[[Iterable[str]], str] = folded

    @property
    def is_piped(self) -> bool:
        return self.width == NO_LIMIT

    @property
    def paint(self) -> Paint:
        return Paint(self.color)
