"""``vft.power-on-secondary`` with each trigger, under a signal at any of its commands, and then the
same command: the pair runs, with the remedy on both hosts, and nothing is left over."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from forked_cli import Forge, Forked, forge
from nightly_lab import in_memory
from vft_bench import option

from ftlab.journal import Journal
from ftlab.sim import PairSpec, RunningLab, running_lab
from ftlab.sim.ft.spec import STREAM_OPTION

ONE, TWO = "vesxi01", "vesxi02"
HOSTS: dict[str, dict[str, Any]] = {
    "host": {"host_starts_secondary": True},
    "primary": {"gives_up_after": None},
    "vcenter": {},
}
SIGNALS = {
    "INT": (signal.SIGINT,),
    "TERM": (signal.SIGTERM,),
    "HUP": (signal.SIGHUP,),
    "KILL": (signal.SIGKILL,),
    "TERM TERM": (signal.SIGTERM, signal.SIGTERM),
}
SHORTEST = 25
"""Commands to both hosts that each of them sends at least."""
WHOLE = bool(os.environ.get("WHOLE_MATRIX"))
EVERY = [(kind, at) for kind in SIGNALS for at in range(SHORTEST)]


class Counted:
    """The commands of both hosts together; a signal to a process with those from one on."""

    def __init__(self, at: int, signals: tuple[signal.Signals, ...]) -> None:
        self.due, self.count, self.pid = dict(enumerate(signals, at)), 0, 0
        self.sent = 0

    def begins(self, pid: int) -> None:
        self.pid = pid


class Told(list[tuple[str, ...]]):
    def __init__(self, counted: Counted) -> None:
        super().__init__()
        self.counted = counted

    def append(self, argv: tuple[str, ...]) -> None:
        super().append(argv)
        sign = self.counted.due.pop(self.counted.count, None)
        self.counted.count += 1
        if sign is not None:
            os.kill(self.counted.pid, sign)
            self.counted.sent += 1


@contextmanager
def a_pair(trigger: str) -> Iterator[RunningLab]:
    spec = PairSpec("db01", ONE, TWO, ready=True, start_seconds=0.1, **HOSTS[trigger])
    with (
        in_memory() as folder,
        running_lab(
            hosts=2,
            versions=("5.0", "5.0"),
            pairs=[spec],
            directory=folder,
            shutdown_seconds=0.0,
        ) as lab,
    ):
        if trigger == "vcenter":  # somebody there waits for the remedy, and resumes
            with lab.sim.lock:
                lab.sim.pairs[0].vcenter.resume_once(lambda: options(lab) == ["1", "1"])
        yield lab


def options(lab: RunningLab) -> list[str]:
    return [option(host, STREAM_OPTION) for host in lab.sim.hosts.values()]


@pytest.fixture(scope="module")
def forged() -> Iterator[Forge]:
    with forge() as opened:
        yield opened


@pytest.mark.parametrize("trigger", HOSTS)
def test_a_signal_and_then_the_same_command(trigger: str, forged: Forge) -> None:
    dice = random.Random(trigger)  # noqa: S311 - the same one every time
    wrong = []
    for kind, at in EVERY if WHOLE else [dice.choice(EVERY)]:
        with a_pair(trigger) as lab:
            cli = Forked(lab.directory / "home", lab.inventory, forged)
            if said := struck(lab, cli, trigger, Counted(at, SIGNALS[kind])):
                wrong.append(f"{kind} at {at}: {said}")
    assert not wrong, "\n".join(wrong)


def struck(lab: RunningLab, cli: Forked, trigger: str, counted: Counted) -> str:
    line = ("vft.power-on-secondary", "--vm", "db01", "--trigger", trigger, "--guest-wait", "0")
    for host in lab.sim.hosts.values():
        host.commands = Told(counted)
    ran = cli(*line, "-y", started=counted.begins)
    if ran.code not in {130, -signal.SIGKILL, 0} or not counted.sent:
        return f"{counted.sent} of {counted.count}: {ran}"
    counted.due.clear()
    for _ in range(2):  # the second one may find a secondary that the first left on
        again = cli(*line, "-y", "--json")
    pair = lab.sim.pairs[0]
    end = options(lab), pair.primary.power, pair.phase
    if again.code != 0 or end != (["1", "1"], "poweredOn", "running"):
        return f"{end} {again}"
    return left(cli.state)


def left(state: Path) -> str:
    with Journal.open(state / "journal.db") as journal:
        found = journal.left([ONE, TWO])
    return f"left {found}" if found else ""
