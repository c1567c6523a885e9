"""One virtual machine as the host's agent (hostd) sees it, and what hostd does with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from ftlab.sim.data import table_of
from ftlab.sim.vms.faults import VimFault
from ftlab.sim.vms.vmx_file import VmxFile, api_uuid

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
    def memory_mb(self) -> int:
        return int(self.loaded.like("memSize", 32))

    @property
    def uuid(self) -> str:
        return api_uuid(self.loaded["uuid.bios"])

    @property
    def instance_uuid(self) -> str:
        return api_uuid(self.loaded["vc.uuid"])

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
    def replay_state(self, vm: SimVM) -> str: ...
    def need_reason(self, vm: SimVM) -> str | None: ...
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
