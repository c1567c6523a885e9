"""The two halves of a pair, and how it was asked for."""

from __future__ import annotations

from ftlab.sim.ft.spec import PairSpec
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.world import World
from ftlab.sim.vms.vm import SimVM

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
        if half == "primary":
            return self.primary_host, self.primary
        return self.secondary_host, self.secondary

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, the primary's first."""
        return self.side("primary"), self.side("secondary")
