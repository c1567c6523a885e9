"""Which half of an FT pair a VM is, from what its host says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftlab.esxi.vm.config import FtInfo
    from ftlab.esxi.vm.runtime import Runtime
    from ftlab.facts.vms import Role


def ft_role(runtime: Runtime, ft: FtInfo | None, instance_uuid: str | None) -> Role | None:
    """``primary`` or ``secondary`` from ``ftInfo`` (role 1, or first place in the group, is the
    primary), else from what only one of them can show: recording or needSecondary a primary,
    replaying a secondary (vSphere API)."""
    if (role := _stated_role(ft, instance_uuid)) is not None:
        return "primary" if role == 1 else "secondary"
    if runtime.record_replay_state == "replaying":
        return "secondary"
    if runtime.record_replay_state == "recording":
        return "primary"
    return "primary" if runtime.ft_state == "needSecondary" else None


def _stated_role(ft: FtInfo | None, own: str | None) -> int | None:
    if ft is None or ft.role is not None:
        return ft.role if ft else None
    return ft.instance_uuids.index(own) + 1 if own in ft.instance_uuids else None
