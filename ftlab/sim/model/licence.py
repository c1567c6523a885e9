"""What a simulated host is licensed for: everything, in evaluation mode.

The form was seen on 4.1, 6.0 and 9.0; of Fault Tolerance, ``ft:4`` in 6.0's evaluation mode. What
other releases call it is not published; ``ft:1`` stands for the record/replay kind, which takes one
virtual CPU, and 8 virtual CPUs came with 6.7. 9.0 lists no features.
"""

from __future__ import annotations

from dataclasses import dataclass

from ftlab.sim.model.versions import Release


@dataclass(frozen=True, slots=True)
class Licence:
    """``features``: name, with a figure after a colon where it has one, and description."""

    key: str
    name: str
    features: tuple[tuple[str, str], ...]
    serial: str = "00000-00000-00000-00000-00000"


_COMMON = (
    ("vsmp:0", "Unlimited virtual SMP"),
    ("esxHost", "vCenter agent for VMware host"),
    ("vimapi", "vSphere API"),
    ("vmotion", "vSphere vMotion"),
    ("das", "vSphere HA"),
    ("svmotion", "vSphere Storage vMotion"),
)
ESSENTIALS_PLUS = Licence(
    "esx.essentialsPlus.cpuPackage", "VMware vSphere 6 Essentials Plus", _COMMON[:5],
    "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
)  # fmt: skip
"""A licence without Fault Tolerance."""


def licence_of(release: Release) -> Licence:
    """What a host of this release has until somebody gives it another one."""
    if release.number >= (9, 0, 0):
        return Licence("esx.eval.entitlement.cpuCoreMin", "VMware ESX Server", ())
    cpus = 1 if release.number < (6, 0, 0) else 4 if release.number < (6, 7, 0) else 8
    words = f"vSphere FT (up to {cpus} virtual CPU{'s' * (cpus > 1)})"
    return Licence("eval", "Evaluation Mode", (*_COMMON, (f"ft:{cpus}", words)))
