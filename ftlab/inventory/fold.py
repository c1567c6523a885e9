"""Many host names in few characters, ClusterShell's way: ``vesxi[01-11],rack[1-2]-node[7,9]``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ftlab.regex import regex

_NUMBER = regex(r"([0-9]{1,15})")

Axis = frozenset[str]
Box = tuple[Axis, ...]
"""Names of one shape: every combination of one number from each axis."""


def fold(names: Iterable[str], *, certain: bool = False) -> str:
    """Fold names that differ in numbers only; each name once, shapes as they first appear.

    Leading zeros count: ``1`` and ``01`` are two numbers. A name that holds ``,``, ``[`` or
    ``]`` is given as it stands.
    ``certain`` writes ``[01..03]`` where ``[01-03]`` could be Ansible's subscript or wildcard.
    """
    shapes: dict[tuple[str, ...], dict[Box, None]] = {}
    for name in names:
        texts_and_numbers = _NUMBER.split(name)
        box = tuple(frozenset({number}) for number in texts_and_numbers[1::2])
        shapes.setdefault(tuple(texts_and_numbers[::2]), {})[box] = None
    return ",".join(
        _render(texts, box, certain=certain)
        for texts, boxes in shapes.items()
        for box in _merge(list(boxes))
    )


def _merge(boxes: list[Box]) -> list[Box]:
    """Join boxes that differ on one axis only, the last axis first."""
    for axis in reversed(range(len(boxes[0]))):
        joined: dict[tuple[Box, Box], set[str]] = {}
        for box in boxes:
            joined.setdefault((box[:axis], box[axis + 1 :]), set()).update(box[axis])
        boxes = [(*before, frozenset(some), *after) for (before, after), some in joined.items()]
    return boxes


def _render(texts: tuple[str, ...], box: Box, *, certain: bool) -> str:
    numbers = [*map(_render_axis, box), ""]
    if certain and not any("," in number for number in numbers):
        numbers = [number.replace("-", "..") for number in numbers]
    return "".join(text + number for text, number in zip(texts, numbers, strict=True))


def _render_axis(axis: Axis) -> str:
    return next(iter(axis)) if len(axis) == 1 else f"[{','.join(_runs(axis))}]"


def _runs(axis: Axis) -> Iterator[str]:
    """``{"8", "9", "10", "12"}`` → ``8-10``, ``12``; the first number sets a run's width."""
    left = set(axis)
    for first in sorted(axis, key=lambda number: (int(number), len(number))):
        if first not in left:
            continue
        last = following = first
        while following in left:
            left.remove(following)
            last, following = following, _count(int(following) + 1, first)
        yield first if last == first else f"{first}-{last}"


def _count(number: int, like: str) -> str:
    return str(number).zfill(len(like))
