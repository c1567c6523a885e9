"""What Fault Tolerance requires of a virtual machine's devices. Pure."""

from __future__ import annotations

from collections.abc import Callable

from ftlab.esxi.vm.ft_devices import Disk, FtDevice, FtHardware
from ftlab.ops.vft.requirements.rules import FAIL, PASS, UNKNOWN, Judgement
from ftlab.regex import regex

_DELTA = regex(r"-[0-9]{6}\.vmdk$")


def _names(disks: list[Disk]) -> str:
    return ", ".join(disk.file or "a disk without a file name" for disk in disks)


def linked(hardware: FtHardware) -> Judgement:
    deltas = [d for d in hardware.disks if d.parent or _DELTA.search(d.file or "")]
    return (FAIL, _names(deltas)) if deltas else (PASS, "no disk is a delta of another")


def thick(hardware: FtHardware) -> Judgement:
    thin = [disk for disk in hardware.disks if disk.thin]
    if thin:
        return FAIL, f"thin: {_names(thin)}"
    if all(disk.eager or disk.rdm is not None for disk in hardware.disks):
        return PASS, "eager-zeroed thick, or raw"
    return UNKNOWN, "not thin; eager-zeroed or not cannot be known over SSH: vCenter converts " \
                    "such disks when it turns FT on"  # fmt: skip


def raw(hardware: FtHardware) -> Judgement:
    physical = [disk for disk in hardware.disks if disk.rdm not in {None, "virtualMode"}]
    return (FAIL, _names(physical)) if physical else (PASS, "none")


def without(*types: str) -> Callable[[FtHardware], Judgement]:
    """No device of these types; a type stands for all that begin with it."""

    def judge(hardware: FtHardware) -> Judgement:
        found = [gear.label for gear in hardware.gear if gear.type.startswith(types)]
        return (FAIL, ", ".join(found)) if found else (PASS, "none")

    return judge


_IMAGES = {"VirtualCdrom": "IsoBackingInfo", "VirtualFloppy": "ImageBackingInfo"}


def removable(hardware: FtHardware) -> Judgement:
    def physical(gear: FtDevice) -> bool:
        return gear.type in _IMAGES and _IMAGES[gear.type] != gear.backing

    found = [gear.label for gear in hardware.gear if physical(gear)]
    return (FAIL, ", ".join(found)) if found else (PASS, "none")


def flag(name: str, yes: str = "on", no: str = "off") -> Callable[[FtHardware], Judgement]:
    """What the configuration says to be off."""

    def judge(hardware: FtHardware) -> Judgement:
        return (FAIL, yes) if getattr(hardware, name) else (PASS, no)

    return judge
