"""One command of ``esxcli``, and since when hosts have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ftlab.sim.esxcli.formats import Records
from ftlab.sim.esxcli.options import Options
from ftlab.sim.model.answer import Answer
from ftlab.sim.model.host import SimHost

ReleaseNumber = tuple[int, int, int]
ESX4, V50, V51, V70, END = (4, 0, 0), (5, 0, 0), (5, 1, 0), (7, 0, 0), (99, 0, 0)


@dataclass(frozen=True, slots=True)
class EsxcliEntry:
    """One command: what it does, its options (letter: long name; capitals in ``flags`` take no
    value, those in ``repeats`` any number), and the releases that have it (``since`` ≤ release <
    ``until``)."""

    act: Callable[[SimHost, Options], Records | str | Answer]
    options: dict[str, str]
    flags: str = ""
    since: ReleaseNumber = V50
    until: ReleaseNumber = END
    repeats: str = ""
