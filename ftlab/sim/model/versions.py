"""What tells one release from another, as a table.

Builds, update levels and the forms of answers come from published captures. Where none shows
a release, its form is that of the nearest one that is known; each such choice is noted here. 6.5
has 6.7's table of options, 9.0 that of 8.0 (its one new option is known by name alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SshAge = Literal["legacy", "middle", "modern"]
ReleaseNumber = tuple[int, int, int]
PowerShape = Literal["dump", "bare", "inline"]


@dataclass(frozen=True, slots=True)
class Release:
    """One ESX(i) release as the simulated hosts run it."""

    name: str
    """As the lab's users write it: ``"7.0 U1"``."""
    number: ReleaseNumber
    build: int
    built: str
    """Build time as ``uname -a`` prints it."""
    label: str
    """The second line of ``vmware -vl``: ``GA`` or ``Update N``."""
    hardware: int
    """The newest virtual hardware version it makes."""
    table: str
    """Which table of advanced options it has."""
    banner: str
    """SSH identification string. The OpenSSH release of each build is not published: these are
    of the right age, and of the right side of 7.2 (where SHA-2 RSA signatures began)."""
    ssh_age: SshAge
    power_shape: PowerShape
    """How a failed power operation is told: ``dump`` (4.x, 5.x) the fault after the first line;
    ``bare`` (6.x) only "failed"; ``inline`` (7 and later) the fault on the line of "failed".
    6.7 is taken to be as 6.5."""
    product: str = "VMware ESXi"
    """4.0 is ESX with a service console; of that only its commands' names and products are here."""

    @property
    def version(self) -> str:
        return ".".join(map(str, self.number))

    @property
    def update(self) -> int:
        return int(self.label.rpartition(" ")[2]) if self.label.startswith("Update") else 0

    @property
    def old_dumps(self) -> bool:
        """Up to 6.0 a dump has ``dynamicType`` and a comma after every field."""
        return self.number < (6, 5, 0)

    @property
    def legacy_ft(self) -> bool:
        """Record/replay Fault Tolerance ended with 6.0."""
        return self.number < (6, 5, 0)

    @property
    def faults_on_stderr(self) -> bool:
        """Seen on 7 and 8; older hosts are taken to print faults on stdout."""
        return self.number >= (7, 0, 0)


RELEASES: tuple[Release, ...] = (
    Release("4.0", (4, 0, 0), 164009, "Apr 24 2009 16:44:27", "GA", 7, "60u3",
            "SSH-2.0-OpenSSH_4.3", "legacy", "dump", product="VMware ESX"),
    Release("4.1", (4, 1, 0), 348481, "Jan 12 2011 19:33:23", "Update 1", 7, "60u3",
            "SSH-2.0-dropbear_0.52", "legacy", "dump"),
    Release("5.0", (5, 0, 0), 469512, "Aug 18 2011 05:12:52", "GA", 8, "60u3",
            "SSH-2.0-OpenSSH_5.6", "legacy", "dump"),
    Release("5.1", (5, 1, 0), 799733, "Aug  1 2012 21:38:51", "GA", 9, "60u3",
            "SSH-2.0-OpenSSH_5.6", "legacy", "dump"),
    Release("5.5", (5, 5, 0), 1623387, "Feb 21 2014 17:19:17", "Update 1", 10, "60u3",
            "SSH-2.0-OpenSSH_6.2", "legacy", "dump"),
    Release("6.0", (6, 0, 0), 5050593, "Feb  9 2017 17:09:52", "Update 3", 11, "60u3",
            "SSH-2.0-OpenSSH_7.3", "middle", "bare"),
    Release("6.5", (6, 5, 0), 8294253, "Apr 17 2018 19:05:39", "Update 2", 13, "67u3",
            "SSH-2.0-OpenSSH_7.5", "middle", "bare"),
    Release("6.7", (6, 7, 0), 14320388, "Aug  5 2019 02:46:38", "Update 3", 14, "67u3",
            "SSH-2.0-OpenSSH_7.9", "middle", "bare"),
    Release("7.0 U1", (7, 0, 1), 16850804, "Sep  4 2020 07:59:19", "Update 1", 18, "70",
            "SSH-2.0-OpenSSH_8.1", "middle", "inline"),
    Release("7.0 U3", (7, 0, 3), 19193900, "Jan 14 2022 23:29:51", "Update 3", 19, "70u3d",
            "SSH-2.0-OpenSSH_8.5", "middle", "inline"),
    Release("8.0", (8, 0, 3), 24022510, "Jun 12 2024 17:44:03", "Update 3", 21, "80u3",
            "SSH-2.0-OpenSSH_9.4", "modern", "inline"),
    Release("9.0", (9, 0, 0), 24755229, "May 28 2025 00:31:04", "GA", 22, "80u3",
            "SSH-2.0-OpenSSH_9.8", "modern", "inline"),
)  # fmt: skip
VERSIONS: tuple[str, ...] = tuple(release.name for release in RELEASES)
USUAL_VERSIONS = VERSIONS[1:]
"""What a lab gets unless told: without ESX 4.0, which is no ESXi."""


def release_named(name: str) -> Release:
    """The release called ``name``; ``7.0u1``, ``7.0-U1`` and ``7.0 U1`` are the same.

    Raises ``ValueError`` with the known names.
    """
    for release in RELEASES:
        if _plain(release.name) == _plain(name):
            return release
    raise ValueError(f"no simulated release {name!r}; known: {', '.join(VERSIONS)}")


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum() or c == ".")
