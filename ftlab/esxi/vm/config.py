"""``vim-cmd vmsvc/get.config``: a virtual machine's whole configuration, as hostd has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ftlab.errors import ParseError
from ftlab.esxi.dumps.reader import Dump, parse_object
from ftlab.frozen import frozen
from ftlab.model import Command


@frozen(slots=True)
class FtInfo:
    """FaultToleranceConfigInfo of the vSphere API, and its two subclasses for the halves.

    ``role``: 1 is the primary, 2 and above a secondary, None where the host did not say.
    ``instance_uuids`` lists every half of the group, the primary first.
    """

    role: int | None = None
    instance_uuids: tuple[str, ...] = ()


_PRIMARY = "FaultTolerancePrimaryConfigInfo"
_SECONDARY = "FaultToleranceSecondaryConfigInfo"


def read_ft(dump: Dump, path: str) -> FtInfo | None:
    """The FtInfo at ``path``; None where the VM is in no FT pair (a null, or no such field).

    The subclass tells the role where the field is absent.
    """
    node = dump.node(path)
    if node is None:
        return None
    return FtInfo(_role(node), tuple(node.texts("instanceUuids")))


def _role(node: Dump) -> int | None:
    kind = node.type.rpartition(".")[2]
    stated = node.number("role")
    return stated if stated is not None else {_PRIMARY: 1, _SECONDARY: 2}.get(kind)


@frozen(slots=True)
class VmConfig:
    """VirtualMachineConfigInfo. None: the host did not say. The size of the VM is read from its
    summary: 5.0 prints whatever its memory held into these fields here.

    ``extra`` has extraConfig with its keys as written; ``extra_get`` compares them without
    case, as VMware does. ``log_directory`` is where ``vmware.log`` is, as ``[datastore] dir``.
    """

    name: str | None = None
    path: str | None = None
    log_directory: str | None = None
    version: str | None = None
    uuid: str | None = None
    instance_uuid: str | None = None
    cpu_hot_add: bool | None = None
    memory_hot_add: bool | None = None
    ft: FtInfo | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def uuids(self) -> tuple[str, ...]:
        """The UUIDs by which hostd's logs may name the VM."""
        return tuple(each for each in (self.uuid, self.instance_uuid) if each)

    def extra_get(self, key: str) -> str | None:
        """The value of an extraConfig key in any case, or None."""
        wanted = key.casefold()
        return next((v for name, v in self.extra.items() if name.casefold() == wanted), None)


def build_config(vmid: int) -> Command:
    """Ask for the configuration. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/get.config", str(vmid)), repeatable=True)


def parse_config(text: str) -> VmConfig:
    """Read ``get.config``. Raises ``ParseError`` for anything but a configuration dump; a null one
    has words of its own, and ``null`` in its evidence."""
    try:
        dump = parse_object(text, "vim.vm.ConfigInfo")
    except ParseError as error:
        if "null" not in error.evidence:
            raise
        raise _none_now(error) from error
    return VmConfig(
        name=dump.text("name"),
        path=dump.text("files.vmPathName"),
        log_directory=dump.text("files.logDirectory") or None,
        version=dump.text("version"),
        uuid=dump.text("uuid"),
        instance_uuid=dump.text("instanceUuid") or None,
        cpu_hot_add=dump.flag("cpuHotAddEnabled"),
        memory_hot_add=dump.flag("memoryHotAddEnabled"),
        ft=read_ft(dump, "ftInfo"),
        extra=_extra(dump),
    )


def _none_now(error: ParseError) -> ParseError:
    error = error.with_message("the host has no configuration of this VM now")
    error.hint = (
        "its files cannot be read, or it is being created or deleted: look whether its datastore "
        "is there, then ftlab vm.reload"
    )
    return error


def _extra(dump: Dump) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in dump.nodes("extraConfig"):
        if (key := node.text("key")) is not None:
            found[key] = _as_written(node.get("value"))
    return found


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""
