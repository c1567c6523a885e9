"""The kernel's network interfaces of a simulated host."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field


@dataclass
class Nic:
    """A vmknic; ``tags`` are the services it carries, as ``tag get`` prints them."""

    name: str
    portgroup: str
    mac: str
    address: str
    tags: list[str] = field(default_factory=list)
    mtu: int = 1500


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
