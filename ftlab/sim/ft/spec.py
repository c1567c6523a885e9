"""A Fault Tolerance pair as a lab is asked for it, its two halves, and why its secondary cannot
come up: what the lab's state says first, then what it was told. How it fails is data, with the
traces of that in the logs of both halves, among what busy logs hold besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ftlab.sim.data import table_of
from ftlab.sim.model.config import Socket
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.machine import World
from ftlab.sim.vms.vm import SimVM

REPLAY_KEYS = ("replay.supported", "replay.allowFT", "replay.allowBTOnly")
"""What nested record/replay FT wants in the VMX of both halves (williamlam.com/tag/vft)."""
LEGACY_KEY = "vm.uselegacyft"
"""6.0 has both kinds of FT, and takes the new one without this key."""
STREAM_OPTION = "/Migrate/VMotionStreamDisable"


@dataclass(frozen=True)
class PairSpec:
    """``primary`` and ``secondary`` are host names (``None``: the lab chooses). ``failure`` is a
    name in :data:`SIGNATURES`, or ``None``: it just works. The keepalive
    failure goes away once both hosts have :data:`STREAM_OPTION` at ``cure`` (``None``: nothing
    cures it); any failure ends after ``times`` strikes where that is given.

    ``host_starts_secondary``: ``power.on`` of the secondary starts it. No public document says so:
    without it the host answers ``InvalidOperationOnSecondaryVm``, and vCenter starts the
    secondary ``vcenter_seconds`` after its primary went on. After ``gives_up_after`` failed starts
    it disables Fault Tolerance (``None``: it starts it once for every power-on of the primary, and
    never disables), and ``resume_seconds`` later somebody presses *Resume Fault Tolerance* there
    (``None``: nobody does; see :meth:`~ftlab.sim.ft.pair.VCenter.resume`).

    ``noise``: around each failure the hosts' logs get entries about other VMs, and about nobody.

    ``fails``: at the command, or ``late_seconds`` after it said yes. ``ready``: the keys are
    loaded and the primary is on. ``start_seconds`` is the time from power-on to running.
    """

    vm: str = "db01"
    primary: str | None = None
    secondary: str | None = None
    cure: int | None = 1
    failure: str | None = "keepalive"
    times: int | None = None
    fails: Literal["command", "late"] = "command"
    ready: bool = False
    start_seconds: float = 1.0
    late_seconds: float = 1.0
    host_starts_secondary: bool = False
    vcenter_seconds: float = 0.5
    gives_up_after: int | None = 1
    resume_seconds: float | None = None
    noise: bool = True


Side = tuple[SimHost, SimVM]


class Halves:
    """``failure`` and ``times`` begin as in ``spec`` and may be changed at any time."""

    def __init__(self, spec: PairSpec, primary: Side, secondary: Side) -> None:
        self.spec, self.failure, self.times = spec, spec.failure, spec.times
        self.primary_host, self.primary = primary
        self.secondary_host, self.secondary = secondary

    @property
    def lab(self) -> World:
        return self.primary_host.lab

    @property
    def disk(self) -> str:
        """The disk that both halves use."""
        return self.secondary.loaded.get("scsi0:0.fileName", "disk.vmdk")

    def side(self, half: str) -> Side:
        """The host and the VM of ``primary`` or ``secondary``."""
        return self.sides[half != "primary"]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, the primary's first."""
        return (self.primary_host, self.primary), (self.secondary_host, self.secondary)


Kind = Literal["fails", "asks", "stuck", "busy", "reboots"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One log line. ``log`` is the VM's own ``vmware.log`` or one of the host's logs; ``half``
    says on which side of the pair it is written."""

    log: Literal["vmware", "vmkernel", "hostd"]
    half: Literal["primary", "secondary", "both"]
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to fail. ``kind``: it fails outright, asks a question first, comes up but never
    gets to run, is busy with another task, or loses its host."""

    name: str
    message: str
    traces: tuple[Trace, ...] = ()
    kind: Kind = "fails"
    fault: str = "vim.fault.GenericVmConfigFault"


def _signature(name: str, entry: dict[str, Any]) -> Signature:
    traces = tuple(Trace(*each) for each in entry.pop("traces", ()))
    return Signature(name, traces=traces, **entry)


SIGNATURES: dict[str, Signature] = {
    name: _signature(name, entry) for name, entry in table_of("ft/data/signatures.toml").items()
}
Obstacle = tuple[Signature, str]
"""A failure, and what the moment adds to its words."""
_STARVED = 5.0
"""Seconds that a starved receiver's queue is seen."""
STRANGER = "web07"
"""The VM that all noise is about. No host has it any more."""
_NOISE = table_of("ft/data/noise.toml")


def obstacle(pair: Halves) -> Obstacle | None:
    """What stands in the way of the secondary now. Counts a configured failure's strikes."""
    one, two = pair.primary_host.release, pair.secondary_host.release
    if pair.primary.power != "poweredOn":
        return SIGNATURES["no-primary"], ""
    if one.build != two.build:
        return SIGNATURES["differing-builds"], f"build {one.build} against {two.build}"
    if missing := _missing_keys(pair):
        return SIGNATURES["missing-keys"], f"{', '.join(missing)} not set"
    return _told(pair)


def _missing_keys(pair: Halves) -> list[str]:
    """The keys this release needs that hostd does not hold as true for both halves."""
    release = pair.primary_host.release
    if not release.legacy_ft:
        return []
    keys = REPLAY_KEYS + ((LEGACY_KEY,) if release.number >= (6, 0, 0) else ())
    configs = [vm.config for vm in (pair.primary, pair.secondary)]
    return [key for key in keys if not all(config and config.true(key) for config in configs)]


def _told(pair: Halves) -> Obstacle | None:
    if pair.failure is None or pair.times == 0:
        return None
    if pair.failure == "keepalive" and _cured(pair):
        return None
    if pair.times is not None:
        pair.times -= 1
    return SIGNATURES[pair.failure], ""


def _cured(pair: Halves) -> bool:
    if pair.spec.cure is None:
        return False
    found = [(host, host.options.find(STREAM_OPTION)) for host, _ in pair.sides]
    values = {None if option is None else host.options.value(option) for host, option in found}
    return values == {str(pair.spec.cure)}


def starve(pair: Halves) -> None:
    """The secondary's host does not come to read what the primary's sends on port 8000."""
    host = pair.secondary_host
    far, near = (side.nics[:2][-1].address for side, _ in pair.sides)
    socket = Socket(f"{near}:8000", f"{far}:51234", "ESTABLISHED", "vmotionServer", 812344)
    host.sockets.append(socket)
    pair.lab.schedule(_STARVED, lambda: host.sockets.remove(socket))


def tell(pair: Halves, signature: Signature, why: str) -> None:
    """Write every trace of ``signature`` where it belongs, under one migration identifier."""
    _make_noise(pair)
    words = {
        "mig": str(pair.lab.serial() + 1_351_180_724_378_000),
        "ip": pair.primary_host.nics[-1].address,
        "vm": pair.primary.name,
        "disk": pair.disk,
        "why": why,
    }
    for trace in signature.traces:
        both = ("primary", "secondary") if trace.half == "both" else (trace.half,)
        for host, vm in map(pair.side, both):
            if trace.log == "vmware":
                host.vms.log(vm, trace.text.format(**words))
            else:
                host.log(trace.log, trace.text.format(**words))
    _make_noise(pair)


def _make_noise(pair: Halves) -> None:
    for host, _ in pair.sides if pair.spec.noise else ():
        for kind, lines in _NOISE.items():
            for text in lines:
                host.log(kind, text.format(vm=STRANGER))
