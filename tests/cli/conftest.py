"""Simulated labs for the command to meet. Those of wider scope are only read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli

from ftlab.sim.ft_spec import PairSpec
from ftlab.sim.host import SimHost
from ftlab.sim.serve import RunningLab, running_lab
from ftlab.sim.vm import SimVM

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


def a_place(home: Path, stack: ExitStack, **knobs: Any) -> Place:
    """A lab that lasts as long as ``stack``; small and without FT pairs unless asked."""
    options = {"shutdown_seconds": 0.0, **knobs.pop("lab_options", {})}
    knobs = {"hosts": 2, "versions": ("5.0", "5.0"), "pairs": 0, **knobs}
    lab = stack.enter_context(running_lab(directory=home, lab_options=options, **knobs))
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
