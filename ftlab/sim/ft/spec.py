"""A Fault Tolerance pair as a lab is asked for it, and its two halves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
    name in :data:`~ftlab.sim.ft.failures.SIGNATURES`, or ``None``: it just works. The keepalive
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
