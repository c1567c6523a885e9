"""The network of a simulated host: the kernel's interfaces, uplinks, switches and sockets."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

from ftlab.sim.model.versions import Release


@dataclass
class Nic:
    """A vmknic; ``tags`` are the services it carries, as ``tag get`` prints them."""

    name: str
    portgroup: str
    mac: str
    address: str
    tags: list[str] = field(default_factory=list)
    mtu: int = 1500

    def carry(self, tag: str, *, there: bool) -> None:
        """Have a tag or have it no longer."""
        if (tag in self.tags) is not there:
            (self.tags.append if there else self.tags.remove)(tag)


@dataclass
class Uplink:
    """A network card; ``speed`` in Mbit/s is 0 where the link is down."""

    name: str
    mac: str
    driver: str
    switch: str = "vSwitch0"
    speed: int = 10000
    mtu: int = 1500


@dataclass(frozen=True, slots=True)
class Socket:
    """A TCP socket of the kernel; ``received`` bytes wait to be read."""

    local: str
    foreign: str
    state: str
    world: str
    received: int = 0


def standard_uplinks(host: str, release: Release) -> list[Uplink]:
    """Two vmxnet3 cards, as a nested host has them: 10 Gbit/s."""
    mark = zlib.crc32(host.encode())
    driver = "nvmxnet3" if release.number >= (6, 5, 0) else "vmxnet3"
    return [
        Uplink(f"vmnic{n}", f"00:0c:29:{mark >> 8 & 255:02x}:{mark & 255:02x}:{n:02x}", driver)
        for n in range(2)
    ]


def standard_nics(host: str) -> list[Nic]:
    """Management, vMotion and Fault Tolerance logging, one vmknic each."""
    mark = zlib.crc32(host.encode())
    kinds = (
        ("Management Network", "Management"),
        ("vMotion", "VMotion"),
        ("FT logging", "faultToleranceLogging"),
    )
    return [
        Nic(f"vmk{n}", group, f"00:50:56:{60 + n:02x}:{mark >> 8 & 255:02x}:{mark & 255:02x}",
            f"10.{10 + n}.{mark >> 8 & 255}.{mark & 255}", [tag])
        for n, (group, tag) in enumerate(kinds)
    ]  # fmt: skip
