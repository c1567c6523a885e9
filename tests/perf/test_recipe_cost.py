"""What ``vft.enable --stream 1`` costs on one host, in figures that no machine changes.

Each bound is what it costs now, or little more. Who has to raise one says in the commit why the
recipe is worth it; who lowers the cost lowers the bound.
"""

from __future__ import annotations

import math
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko
import pytest

from ftlab.engine.lab import OpenLab
from ftlab.engine.ui import Ui
from ftlab.engine.wrappers.passed_on import PassedOn
from ftlab.lab.options import options_of
from ftlab.model import Command, Completed, Host
from ftlab.ops.vft import keys
from ftlab.ops.vft.keys import EnableVft
from ftlab.session import Heard, Session
from ftlab.sim import RunningLab, running_lab
from ftlab.ssh.paramiko_ext.packets import Packets

VM = "app01"

MOST_EXECS = 3
"""Two that read (VMs with the version and the option, power with the file) and one that changes and
reads back (the option, the file with its reload and configuration)."""
MOST_EXECS_WHERE_SLOW = 4
"""A host on which the option takes its time is asked for it at the same time as for the file."""
MOST_WRITES = 6 + 3 * MOST_EXECS
"""The login; then a channel, its command with all that it reads, and its end. Each write lets go of
the interpreter and wakes the host."""
MOST_ROUND_TRIPS = 3
"""The longest sequence in which one command waits for another: the VM's two readings and its
change. The option's two are at the same time as these."""
MOST_HOST_COMMANDS = Counter({"vim-cmd": 4, "esxcli": 3, "vmware": 1})
"""The slow ones: a third to half a second each on a real host."""
MOST_PROCESSES = 16
"""Every command that the host starts; a process costs it about as much as half a channel."""
MOST_THREADS = 4
"""The connection's reader, the fleet's worker for this host, and one for what goes on beside it,
twice. None for a command or a stream."""
MOST_BYTES = 32 * 1024
"""Both directions, login included. The VMX (2 KiB) travels twice, its dump (11 KiB) once."""


@dataclass
class Costs:
    execs: int = 0
    round_trips: int = 0
    sent: int = 0
    writes: int = 0
    threads: list[str] = field(default_factory=list)


class Counted(PassedOn):
    """A session that counts. How many round trips came one after the other is counted along each
    thread of work: pieces done together cost as many as the longest of them."""

    def __init__(self, session: Session, costs: Costs) -> None:
        super().__init__(session)
        self._costs = costs
        self._depth, self._heard = threading.local(), 0

    def _count(self, execs: int) -> None:
        self._costs.execs += execs
        self._at(self._here + 1)

    @property
    def _here(self) -> int:
        return max(self._heard, getattr(self._depth, "value", 0))

    def _at(self, depth: int) -> None:
        self._depth.value = depth
        self._costs.round_trips = max(self._costs.round_trips, depth)

    def run(self, command: Command) -> Completed:
        self._count(1)
        return self._session.run(command)

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        self._count(len(commands))
        return self._session.run_all(commands)

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        self._count(1)
        depth = self._here

        def told(done: Completed) -> None:  # who waits for it comes after this exec
            self._heard = max(self._heard, depth)
            assert heard is not None
            heard(done)

        return self._session.run_chain(commands, heard and told)

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        begin, ends = self._here, [self._here]

        def followed(call: Callable[[], Any]) -> Any:
            self._at(begin)
            try:
                return call()
            finally:
                ends.append(self._here)

        try:
            return self._session.together(*(lambda call=call: followed(call) for call in work))
        finally:
            self._at(max(ends))

    def read(self, path: str) -> bytes:
        self._count(1)
        return self._session.read(path)

    def write(self, path: str, data: bytes) -> None:
        self._count(1)
        self._session.write(path, data)


class CountedLab(OpenLab):
    """A lab whose sessions count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.costs = Costs()

    def connect(self, host: Host) -> Session:
        return Counted(super().connect(host), self.costs)


@pytest.fixture(scope="module")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("lab")
    with running_lab(1, directory=folder, versions=("5.5",), pairs=0) as lab:
        yield lab


@pytest.fixture(scope="module")
def recipe(sim: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """The recipe, done once, under the eyes of all counters, on a host that answers at once."""
    state = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_QUICK", math.inf)  # also where the tests' machine is busy
        return Recipe(sim, state, patch)


@pytest.fixture
def slow_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recipe]:
    """The same on a host that takes its time for each command."""
    monkeypatch.setattr(keys, "_QUICK", -math.inf)
    with running_lab(1, directory=tmp_path, versions=("5.5",), pairs=0) as lab:
        yield Recipe(lab, tmp_path / "state", monkeypatch)


class Recipe:
    """``costs`` as the session counts them; ``channels`` as paramiko does."""

    def __init__(self, sim: RunningLab, state: Path, patch: pytest.MonkeyPatch) -> None:
        lab = CountedLab(options_of(sim.inventory, {"state_dir": state}), Ui())
        self.costs, self.channels = lab.costs, 0
        self._count_channels(patch)
        self._count_bytes(patch)
        self._count_writes(patch)
        self._count_threads(patch)
        self.report = lab.run("vft.enable", EnableVft((VM,), stream="1"))
        self.tools = Counter(argv[0] for argv in next(iter(sim.sim.hosts.values())).commands)

    def _count_channels(self, patch: pytest.MonkeyPatch) -> None:
        real = paramiko.Transport.open_session  # only a client calls it

        def counted(transport: paramiko.Transport, *args: Any, **kwargs: Any) -> Any:
            self.channels += 1
            return real(transport, *args, **kwargs)

        patch.setattr(paramiko.Transport, "open_session", counted)

    def _count_bytes(self, patch: pytest.MonkeyPatch) -> None:
        """Both ends are in this process: what both send is what travels."""
        real = socket.socket.send

        def counted(sock: socket.socket, *args: Any) -> int:
            sent = real(sock, *args)
            self.costs.sent += sent
            return sent

        patch.setattr(socket.socket, "send", counted)

    def _count_writes(self, patch: pytest.MonkeyPatch) -> None:
        real = Packets._write_all

        def counted(packets: Packets, out: bytes) -> None:
            self.costs.writes += 1
            real(packets, out)

        patch.setattr(Packets, "_write_all", counted)

    def _count_threads(self, patch: pytest.MonkeyPatch) -> None:
        real = threading.Thread.start

        def counted(thread: threading.Thread) -> None:
            module = type(thread).__module__
            if thread.name.startswith("ftlab") or module.startswith("ftlab.ssh"):
                self.costs.threads.append(thread.name)
            real(thread)

        patch.setattr(threading.Thread, "start", counted)


def test_the_recipe_is_done(recipe):
    [outcome] = recipe.report.outcomes
    assert outcome.status == "changed", outcome
    assert len(outcome.changes) == 4
    assert all(change.verified for change in outcome.changes)


def test_execs(recipe):
    assert 0 < recipe.costs.execs <= MOST_EXECS


def test_execs_on_a_slow_host(slow_recipe):
    assert slow_recipe.report.outcomes[0].status == "changed"
    assert MOST_EXECS < slow_recipe.costs.execs <= MOST_EXECS_WHERE_SLOW
    assert 0 < slow_recipe.costs.round_trips <= MOST_ROUND_TRIPS


def test_writes(recipe):
    assert 0 < recipe.costs.writes <= MOST_WRITES


def test_every_exec_is_one_channel_and_nothing_else_is(recipe):
    assert recipe.channels == recipe.costs.execs


def test_round_trips_one_after_the_other(recipe):
    assert 0 < recipe.costs.round_trips <= MOST_ROUND_TRIPS


def test_slow_commands_of_the_host(recipe):
    slow = Counter({tool: recipe.tools[tool] for tool in MOST_HOST_COMMANDS})
    assert slow.total() > 0
    assert slow <= MOST_HOST_COMMANDS


def test_processes_on_the_host(recipe):
    assert 0 < recipe.tools.total() <= MOST_PROCESSES, recipe.tools


def test_threads(recipe):
    assert 0 < len(recipe.costs.threads) <= MOST_THREADS, recipe.costs.threads


def test_bytes(recipe):
    assert 0 < recipe.costs.sent <= MOST_BYTES
