"""``vim-cmd vmsvc/get.config``: a virtual machine's whole configuration, as hostd has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ftlab.esxi.dumps.reader import Dump, parse_object
from ftlab.model import Command


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


# The most vCPUs and GiB of memory by hardware version: "Hardware Features Available with Virtual
# Machine Compatibility Settings", vSphere documentation. ESXi 5.0 prints whatever its memory
# held into these two fields (419 CPUs with 192786044 MB for a VM of 2 and 4096), so a number
# that its hardware version cannot have discredits both.
_MOST = (
    (7, 8, 255),
    (8, 32, 1011),
    (10, 64, 1011),
    (12, 128, 4080),
    (14, 128, 6128),
    (17, 256, 6128),
    (20, 768, 24560),
)
_MOST_OF_ALL = (960, 24560)
_VERSION = re.compile(r"vmx-([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Device:
    """One virtual device: its key, its vSphere type without ``vim.vm.device.``, its label."""

    key: int | None
    type: str
    label: str | None = None
    backing: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class VmConfig:
    """VirtualMachineConfigInfo. None: the host did not say, or is not to be believed.

    ``extra`` has extraConfig with its keys as written; ``extra_get`` compares them without
    case, as VMware does. ``memory_mb`` is in MiB. ``log_directory`` is where ``vmware.log`` is,
    as ``[datastore] dir``.
    """

    name: str | None = None
    path: str | None = None
    log_directory: str | None = None
    version: str | None = None
    uuid: str | None = None
    instance_uuid: str | None = None
    guest: str | None = None
    annotation: str | None = None
    num_cpu: int | None = None
    memory_mb: int | None = None
    cpu_hot_add: bool | None = None
    memory_hot_add: bool | None = None
    ft: FtInfo | None = None
    devices: tuple[Device, ...] = ()
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
    """Read ``get.config``. Raises ``ParseError`` for anything but a configuration dump."""
    dump = parse_object(text, "vim.vm.ConfigInfo")
    cpus, memory = _believable(dump)
    return VmConfig(
        name=dump.text("name"),
        path=dump.text("files.vmPathName"),
        log_directory=dump.text("files.logDirectory") or None,
        version=dump.text("version"),
        uuid=dump.text("uuid"),
        instance_uuid=dump.text("instanceUuid") or None,
        guest=dump.text("guestId"),
        annotation=dump.text("annotation"),
        num_cpu=cpus,
        memory_mb=memory,
        cpu_hot_add=dump.flag("cpuHotAddEnabled"),
        memory_hot_add=dump.flag("memoryHotAddEnabled"),
        ft=read_ft(dump, "ftInfo"),
        devices=_devices(dump),
        extra=_extra(dump),
    )


def _believable(dump: Dump) -> tuple[int | None, int | None]:
    cpus, memory = dump.number("hardware.numCPU"), dump.number("hardware.memoryMB")
    most_cpus, most_gib = _most(dump.text("version") or "")
    if cpus is not None and not 1 <= cpus <= most_cpus:
        return None, None
    if memory is not None and not 1 <= memory <= most_gib * 1024:
        return None, None
    return cpus, memory


def _most(version: str) -> tuple[int, int]:
    found = _VERSION.fullmatch(version)
    if found is None:
        return _MOST_OF_ALL
    return next(((c, m) for up_to, c, m in _MOST if int(found[1]) <= up_to), _MOST_OF_ALL)


def _devices(dump: Dump) -> tuple[Device, ...]:
    return tuple(
        Device(
            key=node.number("key"),
            type=node.type.removeprefix("vim.vm.device."),
            label=node.text("deviceInfo.label"),
            backing=_backing(node),
            file=node.text("backing.fileName"),
        )
        for node in dump.nodes("hardware.device")
    )


def _backing(node: Dump) -> str | None:
    backing = node.node("backing")
    return backing.type.rpartition(".")[2] if backing is not None else None


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
