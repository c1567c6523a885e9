"""Two controllers and a person at one VMX, at the same time: whose turn it is before each command
is a matter of dice, the same ones for the same seed. Nothing foreign is overwritten without a word.

The look at the original and the rename are two commands of one line over there; nothing comes
between them here. ``FTLAB_RACES=2000 pytest -q tests/ops/test_races.py`` runs more of them."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from direct_session import DirectSession
from nightly_lab import Nightly, in_memory

from ftlab.engine.report import Report, exit_code
from ftlab.model import Command, Completed
from ftlab.ops.undo.fleet import undo_run
from ftlab.ops.vmx.keys import EditKeys
from ftlab.sim import SimHost

RACES = int(os.environ.get("FTLAB_RACES", "24"))
KEYS = {"one": "from.one", "two": "from.two"}
HANDS: dict[str, Callable[[Nightly], None]] = {}


def by_hand(edit: Callable[[Nightly], None]) -> Callable[[Nightly], None]:
    HANDS[edit.__name__] = edit
    return edit


@by_hand
def nobody(_lab: Nightly) -> None:
    """No person has anything to do with it."""


@by_hand
def appended(lab: Nightly) -> None:
    with lab.vm.file.open("ab") as file:
        file.write(b'by.hand = "1"\n')


@by_hand
def loaded(lab: Nightly) -> None:
    appended(lab)
    lab.sim.answer(("vim-cmd", "vmsvc/reload", str(lab.vm.vmid)))


@by_hand
def replaced(lab: Nightly) -> None:
    """As an editor saves: another file under the same name."""
    new = lab.vm.file.with_name("new")
    new.write_bytes(lab.vm.file.read_bytes() + b'by.hand = "1"\n')
    new.replace(lab.vm.file)


class Turns:
    """Lets one of several threads go on at a time, chosen by dice once all of them wait."""

    def __init__(self, names: list[str], dice: random.Random) -> None:
        self._dice, self._there, self._waiting = dice, set(names), set[str]()
        self._turn: str | None = None
        self._changed = threading.Condition()

    def wait(self, name: str) -> None:
        with self._changed:
            self._waiting.add(name)
            self._choose()
            assert self._changed.wait_for(lambda: self._turn == name, 120)
            self._turn = None
            self._waiting.discard(name)

    def leave(self, name: str) -> None:
        with self._changed:
            self._there.discard(name)
            self._choose()

    def _choose(self) -> None:
        if self._turn is None and self._there and self._waiting == self._there:
            self._turn = self._dice.choice(sorted(self._waiting))
            self._changed.notify_all()


class InTurn(DirectSession):
    """Waits for its turn before each command but the rename."""

    def __init__(self, model: SimHost, turns: Turns, name: str) -> None:
        super().__init__(model)
        self._turns, self._name = turns, name

    def run(self, command: Command) -> Completed:
        if command.argv[:1] != ("mv",):
            self._turns.wait(self._name)
        return super().run(command)


class Race:
    """A lab, its two controllers, each with a state of its own, and the dice."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - the same ones for the same seed
        self.labs: dict[str, Nightly] = {}
        for name in KEYS:
            (folder / name).mkdir()
            self.labs[name] = Nightly(folder / name)
        self.labs["two"].sim = self.labs["one"].sim
        self.lab = self.labs["one"]
        self.reports: dict[str, Report] = {}
        self.hand = self.dice.choice(list(HANDS))

    def run(self) -> None:
        turns = Turns([*KEYS, "person"], self.dice)
        work = {name: lambda name=name: self._controller(turns, name) for name in KEYS}
        work["person"] = lambda: self._person(turns)
        threads = [threading.Thread(target=call) for call in work.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for lab in self.labs.values():
            lab.session = DirectSession

    def _controller(self, turns: Turns, name: str) -> None:
        lab = self.labs[name]
        lab.session = lambda model: InTurn(model, turns, name)
        try:
            report = lab.run("vmx.set", EditKeys(("app01",), ((KEYS[name], "1"),)))
            self.reports[name] = report
            lab.runs.append(report.run)
        finally:
            turns.leave(name)

    def _person(self, turns: Turns) -> None:
        try:
            for _ in range(self.dice.randrange(1, 9)):
                turns.wait("person")
            HANDS[self.hand](self.lab)
        finally:
            turns.leave("person")

    def wrong(self) -> list[str]:
        """Straight after it."""
        now = self.lab.vmx
        said = [] if "config.version" in now else ["the VMX is none"]
        folder = self.lab.vm.file.parent
        files = [file.read_bytes() for file in folder.glob("app01.vmx*")]
        said += [f"{file.name} is left" for file in folder.glob("*.tmp")]
        if all(any(key.encode() in data for key in KEYS.values()) for data in files):
            said.append("the old VMX is lost")
        if self.hand != "nobody" and "by.hand" not in now:
            said.append("the person's edit is lost")
        return said + [word for name in KEYS for word in self._of(name, now)]

    def _of(self, name: str, now: dict[str, str]) -> list[str]:
        [outcome] = self.reports[name].outcomes
        there, kind = KEYS[name] in now, outcome.error.kind if outcome.error else ""
        with self.labs[name].open_journal() as journal:
            states = {entry.state for entry in journal.changes(journal.runs()[0].run)}
        said = []
        if there != (outcome.status == "changed") and kind != "not_proven":
            said.append(f"{name} says {outcome.status} ({kind}), key there: {there}")
        if not there and states & {"verified", "applied"}:
            said.append(f"the journal of {name} has {states} of a key that is not there")
        if there and not states:
            said.append(f"the journal of {name} has nothing of a key that is there")
        if kind not in {"", "vmx.changed", "not_proven"}:
            said.append(f"{name}: {outcome.error}")
        return said

    def settle(self) -> list[str]:
        """Both once more, alone: all is there, and hostd knows it; then both undone."""
        for name, key in KEYS.items():
            if exit_code(self.labs[name].do(f"set {key} 1")) != 0:
                return [f"{name} does not come to its end"]
        now = dict(self.lab.vm.loaded._entries.values())
        if not now.items() >= dict.fromkeys(KEYS.values(), "1").items():
            return ["hostd has not loaded what is in the file"]
        kept = {key: value for key, value in self.lab.vmx.items() if key not in KEYS.values()}
        for name in KEYS:
            for run in reversed(self.labs[name].runs):
                self._undo(name, run)
        return [] if self.lab.vmx == kept else [f"undone: {self.lab.vmx.keys() ^ kept.keys()}"]

    def _undo(self, name: str, run: str) -> None:
        undo_run(self.labs[name], run)


@pytest.mark.parametrize("part", range(4))
def test_two_controllers_and_a_person(part: int) -> None:
    wrong, ends = [], []
    for seed in range(part, RACES, 4):
        with in_memory() as folder:
            race = Race(folder, seed)
            race.run()
            said = race.wrong() or race.settle()
            kinds = [o.error.kind if o.error else o.status for r in race.reports.values()
                     for o in r.outcomes]  # fmt: skip
            ends.append((race.hand, *sorted(kinds)))
        if said:
            wrong.append(f"{seed} {race.hand}: {said}")
    print({end: ends.count(end) for end in sorted(set(ends))})
    assert not wrong, "\n".join(wrong)
