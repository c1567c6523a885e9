"""What a host has and remembers besides its options and VMs: names, resolver, services, policies,
licence; and its network: the kernel's interfaces, uplinks and sockets.

All of it outlives a reboot, except what runs: services start as their policy says, the kernel takes
up what is configured, and ``/system/uuid`` of ``esx.conf`` (seen on 5.0; a clone's is edited there)
counts from the next start on.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from ftlab.sim.data import table_of
from ftlab.sim.model.options import Option, kernel_table
from ftlab.sim.model.versions import V50, Release

HostdValue = str | int | bool
_NEW = table_of("model/data/new_host.toml")
_LICENCES = table_of("model/data/licences.toml")
_UUID = re.compile(r'^/system/uuid = "(.*)"$', re.MULTILINE)
HOSTD_OPTIONS: dict[str, HostdValue] = _NEW["hostd"]
"""Options of the host agent that are simulated, with their defaults, from 5.0 on."""


@dataclass(frozen=True, slots=True)
class Licence:
    """``features``: name, with a figure after a colon where it has one, and description."""

    key: str
    name: str
    features: list[list[str]]
    serial: str = "00000-00000-00000-00000-00000"


ESSENTIALS_PLUS = Licence(**_LICENCES["essentials_plus"])
"""A licence without Fault Tolerance."""


def licence_of(release: Release) -> Licence:
    """What a host of this release has until somebody gives it another one: all, in evaluation."""
    if release.number >= (9, 0, 0):
        return Licence(**_LICENCES["evaluation_of_9"])
    most = release.ft_cpus
    ft = [f"ft:{most}", f"vSphere FT (up to {most} virtual CPU{'s' * (most > 1)})"]
    told = _LICENCES["evaluation"]
    return Licence(told["key"], told["name"], [*told["features"], ft])


@dataclass
class Service:
    """``name`` is that of its script in ``/etc/init.d``, ``key`` the API's; ``policy``: ``on``
    where it starts with the host, else ``off``."""

    name: str
    key: str
    label: str
    running: bool
    policy: str


@dataclass
class HostConfig:
    """``etc`` is the host's folder of that name. Nothing is checked here."""

    hostname: str
    domain: str
    etc: Path
    hostd: dict[str, HostdValue]
    dns_servers: list[str] = field(default_factory=list)
    dns_search: list[str] = field(default_factory=list)
    ntp_level: str = "warning"
    security: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Policies of switches, as far as they were set, by the option that sets them."""
    group_security: dict[str, dict[str, bool]] = field(default_factory=dict)
    """The same of port groups."""
    kernel_table: dict[str, Option] = field(default_factory=dict)
    kernel: dict[str, str] = field(default_factory=dict)
    """The kernel's settings that are configured, and ``booted_kernel`` those it runs with."""
    booted_kernel: dict[str, str] = field(default_factory=dict)
    certificate: str = "localhost.localdomain"
    """The name in the host's own certificate."""
    maintenance: bool = False
    """Whether the host is in maintenance mode, or is to enter it."""
    services: dict[str, Service] = field(default_factory=dict)
    uuid: str = ""
    """The one that the host runs with."""

    @property
    def fqdn(self) -> str:
        return f"{self.hostname}.{self.domain}" if self.domain else self.hostname

    def boot(self) -> None:
        """What a start of the host makes of it; a host without an identifier makes one."""
        conf = self.etc / "vmware/esx.conf"
        text = conf.read_text("utf-8") if conf.exists() else ""
        found = _UUID.search(text)
        if found is None:
            self.uuid = fresh_uuid(f"{self.hostname}/{self.uuid}")
            conf.write_text(f'{text}/system/uuid = "{self.uuid}"\n', "utf-8")
        else:
            self.uuid = found[1]
        self.booted_kernel = self.kernel.copy()
        for service in self.services.values():
            service.running = service.policy == "on"


def fresh_uuid(seed: str) -> str:
    """An identifier of the hosts' own form, always the same for the same seed."""
    one, two = (f"{zlib.crc32(f'{seed}/{part}'.encode()):08x}" for part in "ab")
    return f"{one}-{two[:4]}-{two[4:]}-{one[:4]}-005056{two[:6]}"


def config_of(name: str, release: Release, etc: Path) -> HostConfig:
    """A new host's; a name with a dot has the domain after it."""
    short, _, domain = name.partition(".")
    whole = bool(re.fullmatch(r"[\d.]+|.*:.*", name))
    options = _NEW["hostd" if release.number >= V50 else "hostd_of_4"].copy()
    config = HostConfig(name if whole else short, "" if whole else domain, etc, options)
    config.kernel_table = kernel_table(release.table)
    # Its owner has let SSH start with it.
    config.services = {key: Service(key, **fields) for key, fields in _NEW["services"].items()}
    (etc / "ntp.conf").write_text(_NEW["ntp"], "ascii")
    (etc / "resolv.conf").touch()
    config.boot()
    return config


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


def standard_network(host: str, release: Release) -> tuple[list[Nic], list[Uplink]]:
    """A vmknic each for management, vMotion and Fault Tolerance logging; two vmxnet3 cards of 10
    Gbit/s, as a nested host has them."""
    high, low = divmod(zlib.crc32(host.encode()) & 0xFFFF, 256)
    driver = "nvmxnet3" if release.number >= (6, 5, 0) else "vmxnet3"
    nics = [
        Nic(f"vmk{n}", group, f"00:50:56:{60 + n:02x}:{high:02x}:{low:02x}",
            f"10.{10 + n}.{high}.{low}", [tag])
        for n, (group, tag) in enumerate(_NEW["nics"].items())
    ]  # fmt: skip
    cards = [Uplink(f"vmnic{n}", f"00:0c:29:{high:02x}:{low:02x}:{n:02x}", driver) for n in (0, 1)]
    return nics, cards
