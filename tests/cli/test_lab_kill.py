"""A run killed by SIGKILL, at every commit of its journal and at every step on its host: the
journal then tells what may have happened, and ``lab.undo`` takes back that and nothing else."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import Cli
from lab_bench import STREAM, Near, leftovers
from struck_lab import settle

from ftlab.journal import Journal
from ftlab.sim.vms.vm import SimVM

TEXT = f"""
[[state]]
advopt = {{ "{STREAM}" = 1 }}

[[state]]
vm = "app01"
vmx = {{ "a.b" = "1" }}
"""
POWERED = TEXT + 'power = "on"\n'

# The very command, but that its journal's commits are counted: at the one numbered argv[1] the
# process dies, before the commit (odd numbers) or after it (even ones).
KILLER = """
import os, signal, sys
from ftlab.journal.database import Database
left = int(sys.argv.pop(1))
def tick():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
commit = Database._commit
def counted(self):
    if self._connection.in_transaction:
        tick()
        commit(self)
        tick()
    else:
        commit(self)
Database._commit = counted
from ftlab.program import main
main()
"""
COMMITS = 1 + 2 + 2 + 1 + 1
"""begin; intent and result of the option and of a key; the host; the end. One more is made when
a new database gets its tables."""
MOMENTS = range(1, 2 * (COMMITS + 1) + 1)


class Mortal(Cli):
    """The command with its death at a numbered moment."""

    def at(self, moment: int) -> Mortal:
        self.program = (sys.executable, "-c", KILLER, str(moment))
        return self


@dataclass
class Case:
    """One host and one state directory for one death."""

    place: Place
    host: str
    home: Path
    text: str = TEXT

    @property
    def vm(self) -> SimVM:
        return self.place.vm(self.host, "app01")

    @property
    def line(self) -> tuple[str, ...]:
        return ("lab.apply", "--profile", str(self.profile), "--yes", "-l", self.host)

    @property
    def profile(self) -> Path:
        file = self.home / "lab.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.text)
        return file

    @property
    def cli(self) -> Near:
        return Near(self.home, self.place.lab.inventory)

    def as_it_was(self) -> tuple[bytes, str, str]:
        """All that the run may have changed."""
        return self.vm.file.read_bytes(), self.place.option(self.host, STREAM), self.vm.power

    def settled(self) -> None:
        """Wait for commands that run on over there without their controller."""
        settle(self.host)


def known_to_the_journal(case: Case) -> set[str]:
    """What the journal says may have happened, by setting."""
    with Journal.open(case.cli.state / "journal.db") as journal:
        if not journal.runs():
            return set()
        assert journal.run("last").status == "unfinished" or journal.run("last").exit == 0
        return {e.change.key or e.change.target for e in journal.changes("last")}


def really_changed(case: Case, before: tuple[bytes, str, str]) -> set[str]:
    now = case.as_it_was()
    found = {"a.b"} if b"a.b" in now[0] else set()
    found |= {"advopt"} if now[1] != before[1] else set()
    return found | ({"power"} if now[2] != before[2] else set())


def taken_back(case: Case, before: tuple[bytes, str, str]) -> None:
    """The journal knows all that happened, and an undo leaves nothing of it."""
    case.settled()
    known = known_to_the_journal(case)
    assert really_changed(case, before) <= known
    if not known:
        assert case.as_it_was() == before
        return
    told = case.cli.json("lab.history", "last").expect(0)
    assert told.document["of"]["task"] == "lab.apply"
    case.cli("lab.undo", "last", "--yes").expect(0)
    assert case.as_it_was() == before
    assert leftovers(case.vm.file.parent) == []
    run = told.document["of"]["run"]
    after = case.cli.json("lab.history", run).expect(0).hosts[case.host]
    assert {change["state"] for change in after["changes"]} == {"undone"}


@pytest.fixture(scope="module")
def place(module_bench: Bench) -> Place:
    """A host for every moment at which to die, and a few more."""
    count = len(MOMENTS) + 1 + len(STEPS)
    return module_bench(hosts=count, versions=("5.0",) * count)


def test_at_every_commit(place: Place, tmp_path):
    cases = [Case(place, f"vesxi{n:02}", tmp_path / str(n)) for n in MOMENTS]
    before = [case.as_it_was() for case in cases]

    def die(case: Case, moment: int) -> int:
        cli = Mortal(case.home, place.lab.inventory).at(moment)
        with cli.started(*case.line) as process:
            process.communicate(timeout=60)
        return process.returncode

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(die, cases, MOMENTS))
    assert codes == [-signal.SIGKILL] * len(MOMENTS)
    for case, was in zip(cases, before, strict=True):
        taken_back(case, was)


def test_a_whole_run_commits_as_often_as_that(place: Place, tmp_path):
    """Else the test above would miss the last moments."""
    case = Case(place, _spare(place, 0), tmp_path)
    with Mortal(case.home, place.lab.inventory).at(MOMENTS[-1] + 1).started(*case.line) as process:
        process.communicate(timeout=60)
    assert process.returncode == 0


def _spare(place: Place, number: int) -> str:
    return list(place.lab.sim.hosts)[len(MOMENTS) + number]


class Trap(list):
    """A host's list of commands that kills a process when a command begins there."""

    sign = signal.SIGKILL

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__()
        self.words = words
        self.ready, self.pid = threading.Event(), 0

    def append(self, argv) -> None:
        super().append(argv)
        if self.words and argv[: len(self.words)] == self.words:
            self.words = ()
            assert self.ready.wait(30)
            os.kill(self.pid, self.sign)


STEPS = [
    ("vim-cmd", "vmsvc/getallvms"),
    ("esxcli", "system", "settings", "advanced", "set"),
    ("cp",),
    ("dd",),
    ("sha256sum", "-c"),
    ("mv",),
    ("vim-cmd", "vmsvc/reload"),
    ("vim-cmd", "vmsvc/power.on"),
]


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_at_every_step_on_the_host(place: Place, tmp_path, number):
    case = Case(place, _spare(place, 1 + number), tmp_path, POWERED)
    before = case.as_it_was()
    trap = place[case.host].commands = Trap(STEPS[number])
    with Cli(case.home, place.lab.inventory).started(*case.line) as process:
        trap.pid = process.pid
        trap.ready.set()
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    taken_back(case, before)
