"""One command of ``vim-cmd``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ftlab.sim.model.answer import Answer
from ftlab.sim.model.host import SimHost


@dataclass(frozen=True, slots=True)
class VimCmdEntry:
    """What it does, how many arguments it needs at least, and the releases that have it (``since``
    ≤ release < ``until``)."""

    act: Callable[[SimHost, Sequence[str]], Answer]
    needs: int = 1
    since: tuple[int, int, int] = (4, 0, 0)
    until: tuple[int, int, int] = (99, 0, 0)
