"""One host of the fleet as files: its datastore, and the state behind its commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from namespace import VMFS
from peers.recipe import KEYS, VM
from specimen import Specimen, listing

_TRUE = "true"


def address_of(number: int) -> str:
    """Of host ``number``, from 1."""
    return f"127.0.{1 + (number - 1) // 250}.{1 + (number - 1) % 250}"


@dataclass(frozen=True)
class HostFiles:
    """Host ``number`` (from 1). Each has a datastore name of its own, since all share one
    ``/vmfs``: that costs nothing while commands run."""

    number: int
    specimen: Specimen

    @cached_property
    def address(self) -> str:
        return address_of(self.number)

    @cached_property
    def _state(self) -> Path:
        return VMFS / "hosts" / self.address

    @cached_property
    def _folder(self) -> Path:
        return VMFS / "volumes" / f"ds-{self.number:05}" / VM

    @property
    def _vmid(self) -> int:
        return 2 + self.number % 7

    def create(self) -> None:
        """Everything that runs do not change; then :meth:`reset`."""
        vm = self._state / "vm" / str(self._vmid)
        vm.mkdir(parents=True)
        self._folder.mkdir(parents=True)
        vmids = (1, self._vmid, 9 + self.number % 5)
        (self._state / "vms").write_bytes(listing(self._folder.parent.name, vmids))
        (vm / "file").write_text(f"{self._folder}/{VM}.vmx\n", "ascii")
        (vm / "head").write_text(self.specimen.head, "utf-8")
        (vm / "tail").write_text(self.specimen.tail, "utf-8")
        self.reset()

    def reset(self) -> None:
        """As before any run: FT not set up, nothing logged, no backups."""
        for file in self._folder.iterdir():
            file.unlink()
        (self._folder / f"{VM}.vmx").write_text(self.specimen.vmx, "utf-8")
        (self._state / "option").write_text("0\n", "ascii")
        (self._state / "vm" / str(self._vmid) / "config").write_text(
            self.specimen.head + self.specimen.tail, "utf-8"
        )
        for name in ("log", "reloads"):
            (self._state / name).write_text("", "ascii")

    def wrong(self, work: str) -> str:
        """What is missing on this host after ``work``; empty where it was really done."""
        return self._wrong_a() if work == "A" else self._wrong_b()

    def _wrong_a(self) -> str:
        asked = self._read("log").count("esxcli system settings advanced list")
        return "" if asked == 1 else f"asked {asked} times"

    def _wrong_b(self) -> str:
        option = self._read("option").strip()
        if option != "1":
            return f"the option is {option}"
        if self._read("reloads").split() != [str(self._vmid)]:
            return f"reloads: {self._read('reloads').split()}"
        loaded = self._read(f"vm/{self._vmid}/config")
        file = (self._folder / f"{VM}.vmx").read_text("utf-8")
        return next(
            (f"{key} is not set once" for key in KEYS if not _set_once(key, file, loaded)),
            self._wrong_files(),
        )

    def _wrong_files(self) -> str:
        others = [file for file in self._folder.iterdir() if file.suffix != ".vmx"]
        backups = [file for file in others if file.read_text("utf-8") == self.specimen.vmx]
        return "" if len(others) == len(backups) == 1 else f"beside the VMX: {others}"

    def _read(self, name: str) -> str:
        return (self._state / name).read_text("utf-8")


def _set_once(key: str, file: str, loaded: str) -> bool:
    """In the file with its value, once; and so in what hostd shows."""
    lines = re.findall(rf'(?im)^{re.escape(key)} *= *"(.*)"$', file)
    shown = re.findall(rf'(?i)key = "{re.escape(key)}", *\n *value = "(.*)"', loaded)
    return lines == [_TRUE] and shown == [_TRUE]
