"""What tells one release from another: ``data/releases.toml``.

Builds, update levels and the forms of answers come from published captures. Where none shows
a release, its form is that of the nearest one that is known; each such choice is noted here. 6.5
has 6.7's table of options, 9.0 that of 8.0 (its one new option is known by name alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ftlab.sim.data import table_of

SshAge = Literal["legacy", "middle", "modern"]
ReleaseNumber = tuple[int, int, int]
PowerShape = Literal["dump", "bare", "inline"]
V40, V41, V50, V51, V70, END = (4, 0, 0), (4, 1, 0), (5, 0, 0), (5, 1, 0), (7, 0, 0), (99, 0, 0)
"""Releases since or until which a command is there."""


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
    ft_cpus: int
    """How many virtual CPUs a VM with Fault Tolerance may have: with record/replay, one."""
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


_DATA = table_of("model/data/releases.toml")
RELEASES = tuple(Release(**{**row, "number": tuple(row["number"])}) for row in _DATA["release"])
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
