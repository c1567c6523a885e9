"""What a host remembers besides its options and VMs: names, resolver, services, policies.

All of it outlives a reboot, except what runs: services start as their policy says, the kernel takes
up what is configured, and ``/system/uuid`` of ``esx.conf`` (seen on 5.0; a clone's is edited there)
counts from the next start on.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

HostdValue = str | int | bool
HOSTD_OPTIONS: dict[str, HostdValue] = {
    "Annotations.WelcomeMessage": "",
    "Config.HostAgent.log.level": "info",
    "Config.HostAgent.plugins.hostsvc.esxAdminsGroup": "ESX Admins",
    "Config.HostAgent.plugins.solo.enableMob": False,
    "ScratchConfig.ConfiguredScratchLocation": "",
    "Syslog.global.defaultRotate": 8,
    "Syslog.global.defaultSize": 1024,
    "Syslog.global.logDir": "[] /scratch/log",
    "Syslog.global.logDirUnique": False,
    "Syslog.global.logHost": "",
}
"""Options of the host agent that are simulated, with their defaults."""
_UUID = re.compile(r'^/system/uuid = "(.*)"$', re.MULTILINE)


@dataclass
class HostConfig:
    """``conf`` is the host's ``esx.conf``. Nothing is checked here."""

    hostname: str
    domain: str
    conf: Path
    dns_servers: list[str] = field(default_factory=list)
    dns_search: list[str] = field(default_factory=list)
    hostd: dict[str, HostdValue] = field(default_factory=HOSTD_OPTIONS.copy)
    uuid: str = ""
    """The one that the host runs with."""

    @property
    def fqdn(self) -> str:
        return f"{self.hostname}.{self.domain}" if self.domain else self.hostname

    def boot(self) -> None:
        """What a start of the host makes of it; a host without an identifier makes one."""
        text = self.conf.read_text("utf-8") if self.conf.exists() else ""
        found = _UUID.search(text)
        if found is None:
            self.uuid = fresh_uuid(f"{self.hostname}/{self.uuid}")
            self.conf.write_text(f'{text}/system/uuid = "{self.uuid}"\n', "utf-8")
        else:
            self.uuid = found[1]


def fresh_uuid(seed: str) -> str:
    """An identifier of the hosts' own form, always the same for the same seed."""
    one, two = (f"{zlib.crc32(f'{seed}/{part}'.encode()):08x}" for part in "ab")
    return f"{one}-{two[:4]}-{two[4:]}-{one[:4]}-005056{two[:6]}"


def config_of(name: str, conf: Path) -> HostConfig:
    """A new host's; a name with a dot has the domain after it."""
    short, _, domain = name.partition(".")
    whole = bool(re.fullmatch(r"[\d.]+|.*:.*", name))
    config = HostConfig(name if whole else short, "" if whole else domain, conf)
    config.boot()
    return config
