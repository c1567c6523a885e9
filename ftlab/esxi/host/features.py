"""What exists since and until which version. Each row says where it is known from.

A version alone never proves that an option is there: the host is asked. The table explains an
absence, and tells in advance what a host cannot have.
"""

from __future__ import annotations

from ftlab.esxi.host.version import Version
from ftlab.frozen import frozen


@frozen(slots=True)
class Feature:
    """``since`` and ``gone`` are dotted versions, the first with and the first without it.

    None leaves that end open. Builds decide nothing: a late patch of an old update has a higher
    build number than the first one of the next update.
    """

    name: str
    what: str
    source: str
    since: str | None = None
    gone: str | None = None


_ROWS = (
    Feature(
        "record-replay",
        "legacy Fault Tolerance by record and replay (the replay.* keys)",
        "VMware vSphere 6.5 release notes: 6.0 was the last release with legacy FT",
        since="4.0",
        gone="6.5",
    ),
    Feature(
        "uselegacyft",
        "vm.uselegacyft, which asks for legacy FT where SMP-FT is the default",
        "VMware vSphere 6.0 Availability guide, legacy Fault Tolerance",
        since="6.0",
        gone="6.5",
    ),
    Feature(
        "esxcli-advanced",
        "esxcli system settings advanced",
        "ESX(i) 4.1 esxcli has no system namespace; VMware vSphere 5.0 esxcli reference",
        since="5.0",
    ),
)

FEATURES: dict[str, Feature] = {row.name: row for row in _ROWS}


def exists(feature: str, version: Version) -> bool:
    """Whether this version has a feature of the table. Raises ``KeyError`` for any other."""
    row = FEATURES[feature]
    return version.is_within(row.since, row.gone)


def why_no_record_replay(version: Version) -> str:
    """``it ended with 6.0``, or what holds for a version that is older than it."""
    is_older = not version.is_within(FEATURES["record-replay"].since, None)
    return "it came with 4.0" if is_older else "it ended with 6.0"
