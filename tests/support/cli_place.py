"""Simulated labs for the command to meet. Those of wider scope are only read from."""

from __future__ import annotations

import io
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, Ran, kept_rules

from ftlab.program import FtlabProgram
from ftlab.sim import PairSpec, RunningLab, SimHost, running_lab
from ftlab.sim.model.answer import Answer
from ftlab.sim.vms.vm import SimVM
from ftlab.tasks.namespace import namespace

Bench = Callable[..., "Place"]


@dataclass(frozen=True)
class Place:
    """A lab and the command that knows its inventory."""

    lab: RunningLab
    cli: Cli

    def __getitem__(self, host: str) -> SimHost:
        return self.lab.sim[host]

    def vm(self, host: str, name: str) -> SimVM:
        return self.lab.sim[host].vms.named(name)

    def seen(self, host: str, *beginning: str) -> int:
        """How many commands that begin so the host has seen."""
        size = len(beginning)
        return sum(argv[:size] == beginning for argv in self.lab.sim[host].commands)

    def hold(self, command: str, *hosts: str) -> threading.Event:
        """Have those hosts (none: all) carry the command out and answer once the event is set:
        a test that watched a clock instead would fail on a busy machine."""
        released = threading.Event()
        for host in hosts or self.lab.sim.hosts:
            model = self[host]
            model.answer = partial(_held, model.answer, command, released)
        return released

    def option(self, host: str, path: str) -> str:
        options = self.lab.sim[host].options
        found = options.find(path)
        assert found is not None
        return str(options.value(found))

    def set_option(self, host: str, path: str, value: str) -> None:
        options = self.lab.sim[host].options
        found = options.find(path)
        assert found is not None
        options.set(found, value)


def _held(
    answer: Callable[..., Answer],
    command: str,
    released: threading.Event,
    argv: Sequence[str],
) -> Answer:
    told = answer(argv)
    if " ".join(argv).startswith(command):
        released.wait(60)
    return told


def a_place(home: Path, stack: ExitStack, **knobs: Any) -> Place:
    """A lab that lasts as long as ``stack``; small and without FT pairs unless asked."""
    usual = {"hosts": 2, "versions": ("5.0", "5.0"), "pairs": 0, "shutdown_seconds": 0.0}
    lab = stack.enter_context(running_lab(directory=home, **{**usual, **knobs}))
    return Place(lab, Cli(home / "home", lab.inventory))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Makes a lab for one test, which may do to it what it likes."""
    with ExitStack() as stack:
        yield lambda **knobs: a_place(tmp_path, stack, **knobs)


@pytest.fixture(scope="module")
def module_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The same for a whole module."""
    with ExitStack() as stack:
        yield lambda **knobs: a_place(tmp_path_factory.mktemp("lab"), stack, **knobs)


MIXED = ("4.1", "5.0", "5.0", "7.0 U1", "7.0 U3", "8.0")


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Hosts of many ages and one FT pair (on 02 and 03). Only to be read."""
    with ExitStack() as stack:
        yield a_place(
            tmp_path_factory.mktemp("mixed"),
            stack,
            hosts=len(MIXED),
            versions=MIXED,
            pairs=[PairSpec("db01", "vesxi02", "vesxi03")],
        )


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """The command with nobody to talk to."""
    return Cli(tmp_path / "home")


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys) -> Iterator[Callable[..., Ran]]:
    """The command in this very process, for calls that contact nobody: what would be contacted
    is a port that nobody may connect to."""
    with Tripwire() as wire:
        (tmp_path / "hosts.ini").write_text(
            f"[vesxi]\nvesxi[01:03] ansible_host=127.0.0.1 ansible_port={wire.port}\n"
        )
        for name in [name for name in os.environ if name.startswith(("FTLAB_", "XDG_"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        monkeypatch.chdir(tmp_path)

        def call(*argv: str) -> Ran:
            with pytest.raises(SystemExit) as end:
                fresh_program().run(["ftlab", *argv])
            out, err = capsys.readouterr()
            return kept_rules(Ran(argv, int(end.value.code or 0), out, err))

        yield call
        assert not wire.was_touched()


class Tripwire:
    """A port that notices anyone who connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]

    def was_touched(self) -> bool:
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def __enter__(self) -> Tripwire:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def fresh_program() -> FtlabProgram:
    """invoke's program keeps what it has parsed, so each call needs one of its own."""
    return FtlabProgram(name="ftlab", binary="ftlab", namespace=namespace())
