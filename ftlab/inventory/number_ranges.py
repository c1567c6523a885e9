"""Host names with ranges of numbers in brackets, as ftlab prints sets of hosts: ``vesxi[01-03]``,
``rack[1,3]-node[01..16]``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from ftlab.frozen import frozen
from ftlab.regex import regex

_BRACKETS = regex(r"\[([^\]]*)\]")
_RUN = regex(r"\s*([0-9]{1,15})(?:(-|\.\.|:)([0-9]{1,15}))?\s*")
_SUBSCRIPT = regex(r"(?:0|[1-9][0-9]*)(?::[0-9]*)?")
_WILD = frozenset("*?!&~@")


@frozen(slots=True)
class Run:
    """The numbers from the first to the last, both as they are written."""

    first: str
    last: str

    @property
    def count(self) -> int:
        return int(self.last) - int(self.first) + 1

    @property
    def fault(self) -> str:
        """Why these are no numbers in order; empty if they are."""
        written = f"{self.first} to {self.last}"
        if self.count < 1:
            return f"the range {written} runs backwards"
        widened = len(self.last) != len(self.first) and self.last[0] == "0"
        return f"the ends of the range {written} are not of equal length" if widened else ""

    def numbers(self) -> Iterator[str]:
        """Each number; the first one sets the width."""
        for number in range(int(self.first), int(self.last) + 1):
            yield str(number).zfill(len(self.first))


@frozen(slots=True)
class NumberRanges:
    """A name whose brackets are ranges. ``certain``: no host pattern of Ansible's looks like it."""

    texts: tuple[str, ...]
    axes: tuple[tuple[Run, ...], ...]
    certain: bool

    @property
    def count(self) -> int:
        return prod(sum(run.count for run in axis) for axis in self.axes)

    @property
    def fault(self) -> str:
        return next((run.fault for axis in self.axes for run in axis if run.fault), "")

    def names(self) -> Iterator[str]:
        """Every name it stands for, the first range slowest."""
        numbers = [[number for run in axis for number in run.numbers()] for axis in self.axes]
        for chosen in product(*numbers):
            parts = zip(self.texts, (*chosen, ""), strict=True)
            yield "".join(text + number for text, number in parts)


def parse_ranges(term: str) -> NumberRanges | None:
    """The ranges of a name, or ``None`` for a term that is no name with ranges.

    A whole number stands in the brackets, so there is no digit before them. The ends of a range
    have ``-`` or ``..`` between them. Alone in the brackets, one number or two with ``:`` are a
    range only with a leading zero, as in an inventory file: ``[1]`` and ``[1:3]`` are Ansible's
    subscripts.
    """
    texts, inside = _BRACKETS.split(term)[::2], _BRACKETS.findall(term)
    axes = tuple(map(_runs, inside))
    if not inside or not all(axes) or not all(map(_may_be_name, texts)):
        return None
    if any(text[-1:].isdigit() for text in texts[:-1]):
        return None
    certain = any("," in each or ".." in each for each in inside)
    return NumberRanges(tuple(texts), axes, certain)


def _may_be_name(text: str) -> bool:
    return _WILD.isdisjoint(text)


def _runs(inside: str) -> tuple[Run, ...]:
    """Those between two brackets; none if anything else is there."""
    found = [_RUN.fullmatch(each) for each in inside.split(",")]
    if not all(found) or _is_subscript(inside):
        return ()
    return tuple(Run(one[1], one[3] or one[1]) for one in found if one)


def _is_subscript(inside: str) -> bool:
    return _SUBSCRIPT.fullmatch(inside) is not None
