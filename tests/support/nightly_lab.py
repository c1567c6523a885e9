"""A lab of one simulated host, with journal and lock and all, but without a network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from direct_session import DirectSession

from ftlab.engine.lab import OpenLab
from ftlab.engine.options import Options
from ftlab.engine.report import Report, blank_report
from ftlab.engine.ui import Ui
from ftlab.errors import UsageError
from ftlab.model import Command, Completed, Host
from ftlab.ops.advopt import SetOption
from ftlab.ops.files.copy import CopyFile
from ftlab.ops.profiles import fleet
from ftlab.ops.profiles.pruning import Keep
from ftlab.ops.recovery.recover import Recover
from ftlab.ops.undo.fleet import undo_run
from ftlab.ops.vft.keys import EnableVft, disable_vft
from ftlab.ops.vmx.keys import EditKeys
from ftlab.session import Session
from ftlab.sim import SimHost, SimLab
from ftlab.sim.model.options import Option
from ftlab.sim.vms.vm import SimVM
from ftlab.vmx import VmxDocument

STREAM = "/Migrate/VMotionStreamDisable"
PROFILE = '[[state]]\nvm = "app01"\n'


class Deaf(DirectSession):
    """On a host that does not load the VMX again when it is asked to."""

    def run(self, command: Command) -> Completed:
        deaf = command.argv[1:2] == ("vmsvc/reload",)
        return super().run(Command(("true",)) if deaf else command)


class Nightly(OpenLab):
    """The host ``vesxi01`` with the VM ``app01``, which is off."""

    def __init__(self, folder: Path) -> None:
        self.sim: SimHost = SimLab(folder / "sim", hosts=1, versions=["5.0"], pairs=0, vms=1)[
            "vesxi01"
        ]
        inventory = folder / "hosts.ini"
        inventory.write_text("vesxi01\n")
        self.profile = folder / "lab.toml"
        self.profile.write_text(PROFILE)
        self.session: Callable[[SimHost], DirectSession] = DirectSession
        self.runs: list[str] = []
        super().__init__(Options(inventory=inventory, state_dir=folder / "state"), Ui(), Recover())

    def connect(self, _host: Host) -> Session:
        return self.session(self.sim)

    def close(self) -> None:
        """Nothing to hang up."""

    @property
    def vm(self) -> SimVM:
        return next(iter(self.sim.vms))

    @property
    def vmx(self) -> dict[str, str]:
        document = VmxDocument.parse(self.vm.file.read_bytes())
        return dict(document.items())

    @property
    def option(self) -> str:
        return str(self.sim.options.value(self._found))

    def set_option_by_hand(self, value: str) -> None:
        self.sim.options.set(self._found, value)

    @property
    def _found(self) -> Option:
        found = self.sim.options.find(STREAM)
        assert found is not None
        return found

    def do(self, step: str) -> Report:
        """One run, by its name: ``enable``, ``deaf enable``, ``set c.d 1``, ``undo 2`` …"""
        self.session = Deaf if step.startswith("deaf ") else DirectSession
        verb, *words = step.removeprefix("deaf ").split()
        report = getattr(self, f"_{verb}")(*words)
        self.runs.append(report.run)
        return report

    def _enable(self) -> Report:
        return self.run("vft.enable", EnableVft(("app01",), "1"))

    def _cycle(self) -> Report:
        return self.run("vft.enable", EnableVft(("app01",), "1", power_cycle=True))

    def _copy(self) -> Report:
        return self.run("fleet.copy", CopyFile(b"old", "[datastore1] app01/notes.txt", 0o644))

    def _disable(self) -> Report:
        return disable_vft(self, ("app01",))

    def _set(self, key: str, value: str = "") -> Report:
        return self.run("vmx.set", EditKeys(("app01",), ((key, value or None),)))

    def _option(self, value: str) -> Report:
        return self.run("advopt.set", SetOption(STREAM, value))

    def _undo(self, number: str) -> Report:
        """Of a run by its number, or of the last one."""
        known = self.runs or ["none"]
        try:
            return undo_run(self, known[int(number) % len(known)])
        except UsageError:  # nothing was recorded of it
            return blank_report("lab.history")

    def _reset(self) -> Report:
        return fleet.reset(self, fleet.Wanted(str(self.profile)), Keep())


@contextmanager
def the_lab() -> Iterator[Nightly]:
    with in_memory() as folder:
        yield Nightly(folder)


@contextmanager
def in_memory() -> Iterator[Path]:
    """A folder whose commits are fast: nobody waits for a disk."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        yield Path(folder)


_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
