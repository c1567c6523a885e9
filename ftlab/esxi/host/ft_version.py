"""``vim-cmd hostsvc/hostsummary``: of a host's summary, the version of its Fault Tolerance."""

from __future__ import annotations

from ftlab.esxi.dumps.reader import parse_object
from ftlab.model import Command

_FEATURE = "faultTolerance"


def build_summary() -> Command:
    """Ask for the host's summary. Changes nothing."""
    return Command(("vim-cmd", "hostsvc/hostsummary"), repeatable=True)


def parse_ft_version(text: str) -> str | None:
    """The FT version (since 4.1); ``None`` where the host does not tell one, and then builds
    are compared (vSphere API, HostFeatureVersionKey). Raises ``ParseError``."""
    features = parse_object(text).nodes("config.featureVersion")
    told = (one.text("value") for one in features if one.text("key") == _FEATURE)
    return next((version for version in told if version), None)
