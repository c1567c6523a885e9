"""A virtual machine as the host's agent (hostd) sees it, and hostd's register of them: what it
knows, loads and forgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from ftlab.sim.data import table_of
from ftlab.sim.model.machine import Machine
from ftlab.sim.vms.api import VimFault, vim_fault
from ftlab.sim.vms.vmx_file import BadVmx, VmxFile

Power = Literal["poweredOn", "poweredOff", "suspended"]

Guest = Literal["tools", "none", "stubborn"]
"""What the guest does when asked to shut down: obey, nothing to ask (no VMware Tools), or say
yes and stay up."""
_GUESTS: dict[str, list[str]] = table_of("vms/data/guest_os.toml")


@dataclass
class Question:
    """A question the VM waits on: ``id`` as ``vmsvc/message`` wants it back, ``key`` the message
    identifier, ``choices`` their labels, ``default`` the offered one's index."""

    id: str
    key: str
    text: str
    choices: tuple[str, ...]
    default: int = 0
    answered: Callable[[int], None] = lambda _choice: None
    """What its answer brings about; takes the number of the choice."""


@dataclass
class Snapshot:
    """One node of the snapshot tree."""

    id: int
    name: str
    description: str
    created: datetime
    power: Power
    saved: bytes
    children: list[Snapshot] = field(default_factory=list)


@dataclass(eq=False)
class SimVM:
    """``config`` is what hostd last loaded, which may not be what ``file`` holds now; it is
    ``None`` while the file cannot be loaded, and the VM is invalid."""

    vmid: int
    place: str
    """``[datastore] directory/file.vmx``."""
    file: Path
    config: VmxFile | None
    power: Power = "poweredOff"
    booted: datetime | None = None
    question: Question | None = None
    snapshots: list[Snapshot] = field(default_factory=list)
    current_snapshot: int | None = None
    last_snapshot: int = 0
    """The number of the latest one ever."""
    tasks: list[str] = field(default_factory=list)
    ft: Pair | None = None
    """The Fault Tolerance pair that it is half of."""
    guest: Guest = "tools"
    home: str | None = None
    """The ``uuid.location`` that is right here, where it was recorded."""

    @property
    def loaded(self) -> VmxFile:
        """The loaded configuration of a valid VM."""
        assert self.config is not None, "commands on an invalid VM fail before they get here"  # noqa: S101
        return self.config

    @property
    def name(self) -> str:
        return (self.config.get("displayName") if self.config else "") or self.file.stem

    @property
    def store(self) -> str:
        """The name of its datastore."""
        return self.place[1:].partition("] ")[0]

    @property
    def hardware(self) -> int:
        return int(self.loaded.like("virtualHW.version", 4))

    @property
    def cpus(self) -> int:
        return int(self.loaded.like("numvcpus", 1))

    @property
    def guest_os(self) -> tuple[str, str]:
        """The API's identifier for the VMX's ``guestOS``, and the name in words; an unknown one's
        follows the common pattern."""
        word = self.loaded.get("guestOS", "other")
        identifier, name = _GUESTS.get(word.casefold(), [word.replace("-", "_") + "Guest", word])
        return identifier, name


class Pair(Protocol):
    """What a VM needs of the FT pair that it is half of: :class:`~ftlab.sim.ft.pair.FtPair`."""

    primary: SimVM
    secondary: SimVM
    identities: dict[str, str]
    """The ``vc.uuid`` of each half, by its place."""

    def state(self, vm: SimVM) -> str: ...
    def start_secondary(self) -> None: ...
    def started(self, vm: SimVM) -> None: ...
    def stopped(self, vm: SimVM) -> None: ...
    def lost(self, vm: SimVM) -> None: ...


@dataclass
class Task:
    """One operation on a VM; ``error`` is its fault, ``completed`` None while it goes on."""

    key: str
    operation: str
    vmid: int
    name: str
    queued: datetime
    completed: datetime | None = None
    error: VimFault | None = None

    @property
    def state(self) -> str:
        if self.completed is None:
            return "running"
        return "error" if self.error else "success"


class Registry:
    """All VMs registered on one host, by vmid."""

    def __init__(self, host: Machine) -> None:
        self._host = host
        self._vms: dict[int, SimVM] = {}
        self.next_vmid = 1

    def __iter__(self) -> Iterator[SimVM]:
        return iter(self._vms.values())

    def __getitem__(self, vmid: int) -> SimVM:
        return self._vms[vmid]

    def named(self, name: str) -> SimVM:
        """The first valid VM of this display name. Raises ``KeyError``."""
        for vm in self:
            if vm.config is not None and vm.name == name:
                return vm
        raise KeyError(name)

    def find(self, text: str) -> SimVM:
        """The valid VM of this vmid or ``.vmx`` path. Raises the host's own faults."""
        vm = self.find_any(text)
        if vm.config is None:
            raise vim_fault("invalid-vm")
        return vm

    def find_any(self, text: str) -> SimVM:
        """As :meth:`find`, invalid VMs included."""
        for vm in self:
            if text in (str(vm.vmid), vm.place) or self._same_file(vm, text):
                return vm
        raise vim_fault("no-vm", text)

    def _same_file(self, vm: SimVM, text: str) -> bool:
        try:
            return text[:1] == "/" and self._host.path(text).resolve() == vm.file.resolve()
        except PermissionError:
            return False

    def register(self, where: str) -> SimVM:
        """Take up a VM by ``[datastore] path`` or absolute path.

        Raises ``NotFound`` for no such file, ``AlreadyExists`` for one that is registered.
        """
        place, file = self.place(where)
        if not file.is_file():
            raise vim_fault("no-file")
        if any(vm.file.resolve() == file.resolve() for vm in self):
            raise vim_fault("known-already", place, name=place)
        vm = SimVM(self.next_vmid, place, file, None)
        _load(vm)
        self.next_vmid += 1
        self._vms[vm.vmid] = vm
        return vm

    def place(self, where: str) -> tuple[str, Path]:
        """``[datastore] path`` and the file on this disk, from either way to write it."""
        for store, uuid in sorted(self._host.datastores.items(), key=lambda item: -len(item[0])):
            for head in (f"[{store}]", f"/vmfs/volumes/{store}/", f"/vmfs/volumes/{uuid}/"):
                if where.startswith(head):
                    inside = where.removeprefix(head).lstrip(" /")
                    file = self._host.path(f"/vmfs/volumes/{store}/{inside}")
                    return f"[{store}] {inside}", file
        raise vim_fault("no-datastore", where, datastorePath=where)

    def forget(self, vm: SimVM) -> None:
        """Unregister; the files stay."""
        del self._vms[vm.vmid]

    def reload(self, vm: SimVM) -> None:
        """Read the file again. A running VM's configuration belongs to its own process, so
        nothing happens then. Raises the fault of a file that cannot be loaded."""
        if vm.power != "poweredOff" and vm.config is not None:
            return
        if wrong := _load(vm):
            self._host.log("hostd", f"Failed to load virtual machine {vm.place}: {wrong}")
            raise vim_fault("invalid-config", property="")

    def crash(self) -> None:
        """Every VM stops where it is, and hostd starts anew from the files."""
        for vm in self:
            ran = vm.power == "poweredOn"
            vm.power, vm.booted, vm.question = "poweredOff", None, None
            _load(vm)
            if vm.ft is not None and ran:
                vm.ft.lost(vm)

    def log(self, vm: SimVM, text: str) -> None:
        """Write a line to the VM's ``vmware.log``."""
        self._host.log("vmware", text, vm.file.parent / "vmware.log")


def _load(vm: SimVM) -> str:
    """Read the VM's file, which is invalid otherwise: gives what is wrong with it, or nothing."""
    try:
        vm.config = VmxFile(vm.file.read_bytes())
    except (OSError, BadVmx) as error:
        vm.config = None
        return str(error)
    return ""
