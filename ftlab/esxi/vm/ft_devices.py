"""The parts of a virtual machine's configuration that Fault Tolerance cares about."""

from __future__ import annotations

from ftlab.esxi.dumps.reader import Dump, parse_object
from ftlab.frozen import frozen

_RAW_DISK = "RawDiskMapping"


@frozen(slots=True)
class Disk:
    """A virtual disk's backing. None: the host did not say.

    ``rdm`` is ``virtualMode`` or ``physicalMode`` for a raw device mapping; ``parent`` is the
    file of the disk that this one is a delta of; ``thin`` and ``eager`` are its provisioning.
    """

    file: str | None = None
    thin: bool | None = None
    eager: bool | None = None
    rdm: str | None = None
    parent: str | None = None


@frozen(slots=True)
class FtDevice:
    """Another device: its type without ``vim.vm.device.``, its label, its backing's type."""

    type: str
    label: str
    backing: str | None = None


@frozen(slots=True)
class FtHardware:
    """What ``get.config`` tells. ``datastores`` are the URLs of all that the VM uses."""

    disks: tuple[Disk, ...] = ()
    gear: tuple[FtDevice, ...] = ()
    datastores: tuple[str, ...] = ()
    video_3d: bool = False
    npiv: bool = False
    nested_hv: bool = False
    template: bool = False
    firmware: str | None = None
    encrypted: bool = False
    flash_cache: bool = False
    vbs: bool = False


def parse_hardware(text: str) -> FtHardware:
    """Read ``get.config``. Raises ``ParseError`` for anything but a configuration dump."""
    dump = parse_object(text, "vim.vm.ConfigInfo")
    devices = dump.nodes("hardware.device")
    urls = (pair.text("url") for pair in dump.nodes("datastoreUrl"))
    wide_names = (dump.get("npivNodeWorldWideName"), dump.get("npivPortWorldWideName"))
    return FtHardware(
        disks=tuple(_disk(node) for node in devices if _kind(node) == "VirtualDisk"),
        gear=tuple(_gear(node) for node in devices if _kind(node) != "VirtualDisk"),
        datastores=tuple(url.rstrip("/") for url in urls if url),
        video_3d=any(node.flag("enable3DSupport") is True for node in devices),
        npiv=any(isinstance(names, list) and names for names in wide_names),
        nested_hv=dump.flag("nestedHVEnabled") is True,
        template=dump.flag("template") is True,
        firmware=dump.text("firmware"),
        encrypted=dump.node("keyId") is not None,
        flash_cache=bool(dump.number("vFlashCacheReservation")),
        vbs=dump.flag("flags.vbsEnabled") is True,
    )


def _kind(node: Dump) -> str:
    return node.type.removeprefix("vim.vm.device.")


def _disk(node: Dump) -> Disk:
    backing = node.node("backing")
    if backing is None:
        return Disk()
    raw = _RAW_DISK in backing.type
    return Disk(
        file=backing.text("fileName"),
        thin=backing.flag("thinProvisioned"),
        eager=backing.flag("eagerlyScrub"),
        rdm=(backing.text("compatibilityMode") or "") if raw else None,
        parent=backing.text("parent.fileName"),
    )


def _gear(node: Dump) -> FtDevice:
    backing = node.node("backing")
    kind = backing.type.rpartition(".")[2] if backing is not None else None
    return FtDevice(_kind(node), node.text("deviceInfo.label") or _kind(node), kind)
