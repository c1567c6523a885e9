"""Options whose names are right although not every build has them."""

from __future__ import annotations

_KNOWN = frozenset(
    path.casefold()
    for path in (
        "/Migrate/VMotionStreamDisable",  # gone from 7.0 U2: see ftlab.esxi.host.features
        "/Migrate/NetTimeout",
        "/Net/FollowHardwareMac",
        "/UserVars/SuppressShellWarning",
        "/UserVars/SuppressCoredumpWarning",
        "/UserVars/SuppressHyperthreadWarning",  # 6.7 and later
        "/UserVars/HostClientCEIPOptIn",  # 6.5 and later
        "/UserVars/ESXiShellInteractiveTimeOut",
    )
)


def is_known(path: str) -> bool:
    """Whether ftlab, or a profile that comes with it, names this option: then a lab that does not
    have it is too new or too old for it, and it is no slip of the pen."""
    return path.casefold() in _KNOWN
