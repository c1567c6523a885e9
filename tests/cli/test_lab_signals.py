"""Every task that changes a host under a signal at any of its commands, in a process of its own,
and then the same command: all is as one run leaves it. SIGKILL at every commit is in
``test_lab_kill``."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from forked_cli import Forge, Forked, forge
from nightly_lab import in_memory
from struck_lab import (
    STORIES,
    Clean,
    Struck,
    Watch,
    afterwards,
    all_of,
    clean_run,
    differences,
    struck,
)

KINDS = {
    "INT": (signal.SIGINT,),
    "TERM": (signal.SIGTERM,),
    "HUP": (signal.SIGHUP,),
    "KILL": (signal.SIGKILL,),
    "INT INT": (signal.SIGINT, signal.SIGINT),
}
"""The second one comes with the next command, and cuts."""
WHOLE = bool(os.environ.get("WHOLE_MATRIX"))
ENDS = {130, -signal.SIGKILL, 0}
"""0 where the signal came too late to keep anything from being done."""


class Heard(Watch):
    """Sends signals to a process, one with each command from the one numbered ``first`` (from 0)
    on."""

    def __init__(self, told: Struck, first: int, *signals: signal.Signals) -> None:
        super().__init__(told)
        self._due = dict(enumerate(signals, first))
        self.pid = 0

    def append(self, argv: tuple[str, ...]) -> None:
        sign = self._due.get(len(self))
        super().append(argv)
        if sign is not None:
            os.kill(self.pid, sign)

    def begins(self, pid: int) -> None:
        self.pid = pid


@pytest.fixture
def folder() -> Iterator[Path]:
    with in_memory() as opened:
        yield opened


@pytest.fixture(scope="module")
def forged() -> Iterator[Forge]:
    with forge() as opened:
        yield opened


GENTLE = ("INT", "TERM", "HUP")
SOME = [
    "enable, cycle, stream", "disable", "advopt.set", "vmx.set, cycle", "power-on", "answer",
    "apply", "reset", "undo", "setting: a file",
]  # fmt: skip
"""One signal at one command each, always the same; all with ``WHOLE_MATRIX=1`` in the
environment: what kills or cuts at every command of every story, and one of the three that wait."""


def moments(name: str, count: int) -> list[tuple[str, int]]:
    if not WHOLE:
        kind = list(KINDS)[SOME.index(name) % len(KINDS)]
        return [(kind, random.Random(name).randrange(count))]  # noqa: S311 - always the same
    gentle = [(GENTLE[(at + len(name)) % len(GENTLE)], at) for at in range(count)]
    return [*gentle, *((kind, at) for kind in ("KILL", "INT INT") for at in range(count))]


@pytest.mark.parametrize("name", STORIES if WHOLE else SOME)
def test_a_signal_and_then_the_same_command(name: str, forged: Forge, folder: Path) -> None:
    clean = clean_run(name, partial(Forked, forge=forged), folder)
    wrong = []
    for kind, at in moments(name, clean.count):
        with struck(STORIES[name], partial(Forked, forge=forged), folder) as told:
            if said := struck_once(told, kind, at, clean):
                wrong.append(f"{kind} at {at}: {said}")
    assert not wrong, "\n".join([f"of {clean.count}:", *wrong])


def struck_once(told: Struck, kind: str, at: int, clean: Clean) -> str:
    """What is wrong afterwards; empty where nothing is."""
    before = all_of(told)
    heard = told.host.commands = Heard(told, at, *KINDS[kind])
    ran = told.cli(*told.line, started=heard.begins)
    told.settled()
    said = [] if ran.code in ENDS else [f"ended with {ran}"]
    if ran.code == 0:
        said.append(differences(all_of(told), clean.end))
    return "; ".join(filter(None, [*said, *afterwards(told, before, clean)]))
