"""The timeline of a run: a lane for each host, and what the time went to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ftlab.frozen import frozen
from ftlab.model import HostStep
from ftlab.report.layout.values import format_duration, plural

_SHOWN, _WORTH_A_FOLD = 10, 3
"""Lanes that are to be seen at once; the others are folded, if they are so many."""
_TOLD = 6
"""Kinds of steps of which it is said how much time they took."""


@frozen(slots=True)
class LaneBar:
    """Part of a lane, in hundredths of the run."""

    kind: str
    x: str
    width: str


@frozen(slots=True)
class LaneStep:
    """One step, in words."""

    kind: str
    at: str
    took: str
    what: str


@frozen(slots=True)
class Lane:
    """One host: when it was busy with what, ``until`` its last end."""

    host: str
    until: str
    bars: tuple[LaneBar, ...]
    steps: tuple[LaneStep, ...]


@frozen(slots=True)
class TimeSpent:
    """What the hosts were busy with, or waited for, taken together."""

    kind: str
    what: str
    total: str
    hosts: str
    longest: str
    where: str


@frozen(slots=True)
class Lanes:
    """``first`` are the hosts that the run waited for longest, ``more`` the others."""

    whole: str
    spent: tuple[TimeSpent, ...]
    first: tuple[Lane, ...]
    more: tuple[Lane, ...]


def lanes(steps: Mapping[str, Sequence[HostStep]], seconds: float | None) -> Lanes | None:
    """``None`` where nothing is known. ``seconds``: how long the run took, as far as is known."""
    known = {host: own for host, own in steps.items() if own}
    if not known:
        return None
    whole = max(seconds or 0.0, *map(_end, known.values()), 0.001)
    latest = sorted(known, key=lambda host: -_end(known[host]))
    drawn = tuple(_lane(host, known[host], whole) for host in latest)
    spent = tuple(_spent(known))[:_TOLD]
    shown = _SHOWN if len(drawn) >= _SHOWN + _WORTH_A_FOLD else len(drawn)
    return Lanes(short(whole), spent, drawn[:shown], drawn[shown:])


def short(seconds: float) -> str:
    """``3 ms``, ``1.2 s``, ``3 min 20 s``."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else format_duration(seconds)


def _end(steps: Sequence[HostStep]) -> float:
    return steps[-1].at + steps[-1].seconds


def _kind(step: HostStep) -> str:
    return "wait" if step.what.startswith("waiting") else (
        "connect" if step.what == "connecting" else "work"
    )  # fmt: skip


def _lane(host: str, steps: Sequence[HostStep], whole: float) -> Lane:
    words = tuple(
        LaneStep(_kind(each), short(each.at), short(each.seconds), each.what) for each in steps
    )
    return Lane(host, short(_end(steps)), tuple(_bars(steps, whole)), words)


def _bars(steps: Sequence[HostStep], whole: float) -> Iterator[LaneBar]:
    """Steps of one kind in a row are one."""
    for kind, some in groupby(steps, key=_kind):
        own = list(some)
        start, end = own[0].at / whole, min(1.0, _end(own) / whole)
        yield LaneBar(kind, f"{start * 100:.2f}", f"{max(0.0, end - start) * 100:.2f}")


def _spent(known: Mapping[str, Sequence[HostStep]]) -> Iterable[TimeSpent]:
    """What took the most first."""
    found: dict[str, dict[str, float]] = {}
    for host, steps in known.items():
        for each in steps:
            own = found.setdefault(_without_figure(each.what), {})
            own[host] = own.get(host, 0.0) + each.seconds
    for what, own in sorted(found.items(), key=lambda each: -sum(each[1].values())):
        longest = max(own, key=own.__getitem__)
        kind = _kind(HostStep(0, 0, what))
        total, count = short(sum(own.values())), plural(len(own), "host")
        yield TimeSpent(kind, what, total, count, short(own[longest]), longest)


def _without_figure(what: str) -> str:
    """All waits between two attempts are of one kind."""
    wait = what.startswith("waiting ") and what.endswith(" s") and what.split()[1].isdigit()
    return "waiting between attempts" if wait else what
