"""How a report is to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from ftlab.report.style import Paint


@dataclass(frozen=True, slots=True)
class View:
    """``width`` in cells; ``fold`` shows equal answers once; ``diff`` shows changes as the lines
    of a diff; ``quiet`` says nothing where nothing changed and nothing failed; ``verbose`` 1 or
    more adds how long hosts took."""

    width: int = 80
    color: bool = False
    fold: bool = True
    diff: bool = False
    quiet: bool = False
    verbose: int = 0

    @property
    def paint(self) -> Paint:
        return Paint(self.color)
