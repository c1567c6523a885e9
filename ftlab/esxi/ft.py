"""The Fault Tolerance part of a virtual machine's configuration: ``ftInfo``."""

from __future__ import annotations

from dataclasses import dataclass

from ftlab.esxi.objects import Dump


@dataclass(frozen=True, slots=True)
class FtInfo:
    """FaultToleranceConfigInfo of the vSphere API, and its two subclasses for the halves.

    ``role``: 1 is the primary, 2 and above a secondary, None where the host did not say.
    ``instance_uuids`` and ``config_paths`` list every half of the group, the primary first.
    """

    role: int | None = None
    instance_uuids: tuple[str, ...] = ()
    config_paths: tuple[str, ...] = ()


_PRIMARY = "FaultTolerancePrimaryConfigInfo"
_SECONDARY = "FaultToleranceSecondaryConfigInfo"


def read_ft(dump: Dump, path: str) -> FtInfo | None:
    """The FtInfo at ``path``; None where the VM is in no FT pair (a null, or no such field).

    The subclass tells the role where the field is absent.
    """
    node = dump.node(path)
    if node is None:
        return None
    return FtInfo(_role(node), tuple(node.texts("instanceUuids")), tuple(node.texts("configPaths")))


def _role(node: Dump) -> int | None:
    kind = node.type.rpartition(".")[2]
    stated = node.number("role")
    return stated if stated is not None else {_PRIMARY: 1, _SECONDARY: 2}.get(kind)
