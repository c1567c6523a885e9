"""``vim-cmd vmsvc/get.config``: a virtual machine's whole configuration, as hostd has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ftlab.esxi.dump import Dump, parse_object
from ftlab.esxi.ft import FtInfo, read_ft
from ftlab.model import Command


@dataclass(frozen=True, slots=True)
class VmConfig:
    """VirtualMachineConfigInfo, but for its size, into which ESXi 5.0 prints whatever its memory
    held (419 CPUs with 192786044 MB for a VM of 2 and 4096): the summary has that. None: the host
    did not say.

    ``extra`` has extraConfig with its keys as written; ``extra_get`` compares them without
    case, as VMware does. ``log_directory`` is where ``vmware.log`` is, as ``[datastore] dir``.
    """

    name: str | None = None
    path: str | None = None
    log_directory: str | None = None
    version: str | None = None
    uuid: str | None = None
    instance_uuid: str | None = None
    guest: str | None = None
    annotation: str | None = None
    cpu_hot_add: bool | None = None
    memory_hot_add: bool | None = None
    ft: FtInfo | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def extra_get(self, key: str) -> str | None:
        """The value of an extraConfig key in any case, or None."""
        wanted = key.casefold()
        return next((v for name, v in self.extra.items() if name.casefold() == wanted), None)


def build_config(vmid: int) -> Command:
    """Ask for the configuration. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/get.config", str(vmid)), repeatable=True)


def parse_config(text: str) -> VmConfig:
    """Read ``get.config``. Raises ``ParseError`` for anything but a configuration dump."""
    dump = parse_object(text, "vim.vm.ConfigInfo")
    return VmConfig(
        name=dump.text("name"),
        path=dump.text("files.vmPathName"),
        log_directory=dump.text("files.logDirectory") or None,
        version=dump.text("version"),
        uuid=dump.text("uuid"),
        instance_uuid=dump.text("instanceUuid") or None,
        guest=dump.text("guestId"),
        annotation=dump.text("annotation"),
        cpu_hot_add=dump.flag("cpuHotAddEnabled"),
        memory_hot_add=dump.flag("memoryHotAddEnabled"),
        ft=read_ft(dump, "ftInfo"),
        extra=_extra(dump),
    )


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
