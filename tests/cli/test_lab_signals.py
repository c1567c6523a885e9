"""Every task that changes a host under a signal at any of its commands, in a process of its own,
and then the same command: all is as one run leaves it. SIGKILL at every commit is in
``test_lab_kill``."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Ran
from forked_cli import Forge, Forked, forge
from nightly_lab import in_memory
from struck_lab import STORIES, Struck, all_of, differences, failed, struck

from ftlab.journal import Journal

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


class Heard(list[tuple[str, ...]]):
    """A host's list of commands that sends signals to a process, one with each command from the
    one numbered ``first`` (from 0) on. ``seen`` has the VMX's bytes at each."""

    def __init__(self, told: Struck, first: int = 10**6, *signals: signal.Signals) -> None:
        super().__init__()
        self._told, self._due = told, dict(enumerate(signals, first))
        self.pid = 0
        self.seen = {told.vm.file.read_bytes()}

    def append(self, argv: tuple[str, ...]) -> None:
        sign = self._due.get(len(self))
        super().append(argv)
        if self._told.vm.file.exists():
            self.seen.add(self._told.vm.file.read_bytes())
        if sign is not None:
            os.kill(self.pid, sign)

    def begins(self, pid: int) -> None:
        self.pid = pid


@dataclass
class Clean:
    """One run without a signal."""

    end: dict[str, object]
    count: int
    vmx: set[bytes]
    final: bytes
    known: dict[str, Clean] = field(default_factory=dict, compare=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    with in_memory() as opened:
        yield opened


@pytest.fixture(scope="module")
def forged() -> Iterator[Forge]:
    with forge() as opened:
        yield opened


def clean_run(name: str, forged: Forge, folder: Path) -> Clean:
    with struck(STORIES[name], partial(Forked, forge=forged), folder) as told:
        heard = told.host.commands = Heard(told)
        assert not failed(told.cli(*told.line))
        final = told.vm.file.read_bytes() if "registration" not in name else b""
        return Clean(all_of(told), len(heard), {*heard.seen, final}, final)


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
    clean = clean_run(name, forged, folder)
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
    told.host.commands = []
    said += straight_after(told, before, clean)
    again: Ran = told.cli(*told.line)
    said.append(failed(again))
    said.append(differences(all_of(told), clean.end))
    said.append(f"left {left}" if (left := told.left()) else "")
    return "; ".join(filter(None, said))


def straight_after(told: Struck, before: dict[str, object], clean: Clean) -> list[str]:
    """The VMX is one of those of a run without a signal, and the old one is there; the journal
    knows whatever has happened."""
    said = []
    files = [file.read_bytes() for file in (told.host.root).rglob("app01.vmx*")]
    now = next(f for f in told.host.root.rglob("app01.vmx") if not f.is_symlink()).read_bytes()
    if now not in clean.vmx:
        said.append("the VMX is none of those of a run")
    if len(clean.vmx) > 1 and now == clean.final and not {*files} & (clean.vmx - {now}):
        said.append("the old VMX is lost")
    if all_of(told) != before and not intended(told):
        said.append(f"unknown to the journal: {differences(all_of(told), before)}")
    return said


def intended(told: Struck) -> list[Any]:
    with Journal.open(told.cli.state / "journal.db") as journal:
        task = told.line[0]
        return [
            each for run in journal.runs() if run.task == task for each in journal.changes(run.run)
        ]
