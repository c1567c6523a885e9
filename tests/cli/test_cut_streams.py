"""The connection dies at any byte that a host sends or is sent, where the bytes flow: within an
answer, within an upload. After the same command again all is as one run leaves it."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_bench import Near
from nightly_lab import in_memory
from struck_lab import STORIES, Struck, afterwards, all_of, clean_run, struck

from ftlab.sim.shell.call import Cut
from ftlab.sim.ssh import small

WHOLE = bool(os.environ.get("WHOLE_MATRIX"))
WAYS = ("out", "in")
PLACES = {"out": 24, "in": 12}
"""Of each story, with ``WHOLE_MATRIX=1`` in the environment: they lie evenly over its bytes."""
SOME = ["enable, cycle, stream", "undo", "setting: a file", "fleet.copy"]


class Tap:
    """Counts the bytes of all channels and cuts the connection at byte ``at`` (from 0) of one
    way, once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.flow(None, 0)

    def flow(self, way: str | None, at: int) -> None:
        self.way, self.at, self.cut = way, at, False
        self.count = dict.fromkeys(WAYS, 0)

    def passes(self, way: str, size: int) -> int:
        """How many of the next bytes get through."""
        with self.lock:
            before = self.count[way]
            self.count[way] += size
            if self.cut or way != self.way or before + size <= self.at:
                return size
            self.cut = True
            return max(0, self.at - before)


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> Tap:
    opened = Tap()

    class Out(small.ChannelOut):
        def flush(self) -> None:
            size = len(self._held)
            passed = opened.passes("out", size)
            del self._held[passed:]
            super().flush()
            if passed < size:
                raise Cut

    class In(small.ChannelIn):
        cut = False

        def read(self, size: int = -1, /) -> bytes:
            if self.cut:
                raise Cut
            if size < 0:
                return super().read(size)  # in blocks, by way of this method
            block = super().read(size)
            passed = opened.passes("in", len(block))
            self.cut = passed < len(block)
            if self.cut and not passed:
                raise Cut
            return block[:passed]

    monkeypatch.setattr(small, "ChannelOut", Out)
    monkeypatch.setattr(small, "ChannelIn", In)
    return opened


@pytest.fixture
def folder() -> Iterator[Path]:
    with in_memory() as opened:
        yield opened


@pytest.mark.parametrize("name", STORIES if WHOLE else SOME)
def test_a_cut_at_a_byte_and_then_the_same_command(name: str, tap: Tap, folder: Path) -> None:
    with struck(STORIES[name], Near, folder) as told:
        tap.flow(None, 0)
        told.cli(*told.line).expect(0)
        count = dict(tap.count)
    clean = clean_run(name, Near, folder)
    wrong = []
    for way, at in moments(name, count):
        with struck(STORIES[name], Near, folder) as told:
            before = all_of(told)
            strike(told, tap, way, at)
            if said := "; ".join(filter(None, afterwards(told, before, clean))):
                wrong.append(f"{way} at byte {at}: {said}")
    assert not wrong, "\n".join([f"of {count}:", *wrong])


def moments(name: str, count: dict[str, int]) -> list[tuple[str, int]]:
    if WHOLE:
        return [
            (way, count[way] * place // PLACES[way])
            for way in WAYS
            for place in range(PLACES[way])
            if count[way]
        ]
    dice = random.Random(name)  # noqa: S311 - the same ones every time
    return [(way, dice.randrange(count[way])) for way in WAYS if count[way]]


def strike(told: Struck, tap: Tap, way: str, at: int) -> None:
    """A run that is cut there. Where it goes on over a new connection it may still go well."""
    tap.flow(way, at)
    ran = told.cli(*told.line)
    assert tap.cut
    assert ran.code in {0, 4, 5}, ran
    tap.flow(None, 0)
