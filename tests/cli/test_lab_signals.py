"""``lab.apply`` under a signal at any of its steps on the host, and then the same command: all is
as one run leaves it. SIGKILL at every commit is in ``test_lab_kill``."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import Cli
from test_lab_kill import POWERED, STEPS, Case, Trap

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
EVERY = [(sign, number) for sign in SIGNALS for number in range(len(STEPS))]
SOME = [(sign, random.Random(int(sign)).randrange(len(STEPS))) for sign in SIGNALS]  # noqa: S311
CASES = EVERY if os.environ.get("WHOLE_MATRIX") else SOME


class Told(Trap):
    """Sends the signal that it is given."""

    def __init__(self, words: tuple[str, ...], sign: signal.Signals) -> None:
        super().__init__(words)
        self.sign = sign


@pytest.fixture(scope="module")
def place(module_bench: Bench) -> Place:
    return module_bench(hosts=1 + len(CASES), versions=("5.0",) * (1 + len(CASES)))


def end_of(case: Case) -> tuple[object, ...]:
    beside = sorted(path.suffix for path in case.vm.file.parent.iterdir())
    return (*case.as_it_was(), case.vm.loaded.get("a.b"), ".tmp" in beside)


@pytest.mark.parametrize("at", range(len(CASES)), ids=[f"{s.name} {n}" for s, n in CASES])
def test_a_signal_and_then_the_same_command(place: Place, tmp_path: Path, at: int) -> None:
    sign, number = CASES[at]
    clean = Case(place, "vesxi01", tmp_path / "clean", POWERED)
    if clean.vm.power != "poweredOn":
        Cli(clean.home, place.lab.inventory)(*clean.line).expect(0)
    host = list(place.lab.sim.hosts)[1 + at]
    case = Case(place, host, tmp_path / "case", POWERED)
    place[host].commands = trap = Told(STEPS[number], sign)
    cli = Cli(case.home, place.lab.inventory)
    with cli.started(*case.line) as process:
        trap.pid = process.pid
        trap.ready.set()
        process.communicate(timeout=60)
    assert process.returncode in {130, -signal.SIGKILL}
    cli(*case.line).expect(0)
    bytes_, option, power, loaded, strays = end_of(case)
    ran_bytes, *rest = end_of(clean)
    assert (option, power, loaded, strays) == tuple(rest)
    assert changed_line(bytes_) == changed_line(ran_bytes)


def changed_line(data: object) -> list[bytes]:
    """The key; the rest of a VMX differs from host to host."""
    assert isinstance(data, bytes)
    return [line for line in data.splitlines() if line.startswith(b"a.b")]
