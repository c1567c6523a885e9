"""What hostd tells about one VM, as ``data/dumps.txt`` has it; and its virtual devices, read from
the loaded VMX keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from ftlab.sim.data import table_of
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.api import UNSET, Shown, ShownValue, filled
from ftlab.sim.vms.vm import SimVM

_KEYS = table_of("vms/data/vmx_keys.toml")
_PROPERTIES = re.compile("|".join(_KEYS["properties"]), re.IGNORECASE)
_LOWERED = re.compile("|".join(_KEYS["lowered"]), re.IGNORECASE)
_NAME = re.compile(r"([a-zA-Z_]+)(\d*)(:\d+)?")
_DEVICES = table_of("vms/data/devices.toml")


def about(name: str, host: SimHost, vm: SimVM) -> Shown:
    """One of the dumps about a VM."""
    config = vm.loaded
    return filled(
        name, host.release, host=host, vm=vm, config=config, pair=vm.ft, extra=partial(_extra, vm),
        devices=lambda: list(_devices(host, vm)), network_cards=_DEVICES["ethernet"].values(),
        cards=[at for at in range(10) if config.true(f"ethernet{at}.present")],
        files=lambda: sorted(path for path in vm.file.parent.iterdir() if path.is_file()),
        file_types=_DEVICES["files"],
    )  # fmt: skip


def _extra(vm: SimVM, *, lowered: bool) -> Iterator[tuple[str, str]]:
    for key, value in vm.loaded:
        if not _PROPERTIES.fullmatch(key):
            yield key, value.lower() if lowered and _LOWERED.fullmatch(key) else value


@dataclass(frozen=True, slots=True)
class Device:
    """``type`` and ``backing`` are those of the API, without their common beginning; with
    ``backed_by``, what the backing has, and with ``more``, what the device has besides."""

    type: str
    key: int
    label: str
    backing: str = ""
    backed_by: Mapping[str, ShownValue] = field(default_factory=dict)
    more: Mapping[str, ShownValue] = field(default_factory=dict)


def _devices(host: SimHost, vm: SimVM) -> Iterator[Device]:
    """Every present device, in the order of the VMX's device names."""
    names = [key[: -len(".present")] for key, value in vm.loaded
             if key.casefold().endswith(".present") and value.casefold() == "true"]  # fmt: skip
    for name in sorted(names, key=lambda name: re.sub(r"\d+", lambda m: m[0].zfill(3), name)):
        if (found := _of(host, vm, name)) is not None:
            yield found


def _of(host: SimHost, vm: SimVM, name: str) -> Device | None:
    """The device of a VMX name; None for a name that is none."""
    parts = _NAME.fullmatch(name)
    kind, number, unit = parts.groups("") if parts else ("", "", "")
    if unit:
        if not number or kind not in ("scsi", "ide", "sata"):
            return None
        what, at = vm.loaded.get(f"{name}.deviceType", "disk"), int(unit[1:])
        return _cdrom(vm, name, what, at) if "cdrom" in what else _disk(host, vm, name, at)
    if kind in ("scsi", "ethernet") and number:
        return (_scsi if kind == "scsi" else _nic)(vm, name, int(number))
    if kind not in _DEVICES["plain"]:
        return None
    type, key, label = _DEVICES["plain"][kind]
    return Device(type, key + int(number or 0), label)


def _scsi(vm: SimVM, name: str, number: int) -> Device:
    types = _DEVICES["scsi"]
    type = types.get(vm.loaded.get(f"{name}.virtualDev"), types["buslogic"])
    shared = vm.loaded.get(f"{name}.sharedBus", "none")
    sharing = {"virtual": "virtualSharing", "physical": "physicalSharing"}.get(shared, "noSharing")
    label = f"SCSI controller {number}"
    return Device(type, 1000 + number, label, more={"busNumber": number, "sharedBus": sharing})


def _cdrom(vm: SimVM, name: str, kind: str, unit: int) -> Device:
    file = vm.loaded.get(f"{name}.fileName")
    way, shown = "Atapi", {"deviceName": file}
    if kind == "cdrom-image":
        way, shown = "Iso", {"fileName": file}
    elif vm.loaded.true(f"{name}.clientDevice") or kind == "cdrom-remote":
        way, shown = "RemotePassthrough", {"deviceName": ""}
    return Device("VirtualCdrom", 3000 + unit, "CD/DVD drive 1", f"VirtualCdrom.{way}", shown)


def _disk(host: SimHost, vm: SimVM, name: str, unit: int) -> Device:
    file = vm.loaded.get(f"{name}.fileName")
    shown = file if file.startswith(("/", "[")) else f"{vm.place.rpartition('/')[0]}/{file}"
    mode = vm.loaded.get(f"{name}.mode", "persistent").replace("-", "_")
    fields: dict[str, ShownValue] = {"fileName": shown, "diskMode": mode}
    descriptor = _descriptor(host, vm, file)
    way = "FlatVer2"
    if kind := re.search(r'createType="vmfs(Raw|Passthrough)', descriptor):
        way = "RawDiskMappingVer1"
        fields["compatibilityMode"] = f"{'virtual' if kind[1] == 'Raw' else 'physical'}Mode"
    else:
        fields["thinProvisioned"] = 'ddb.thinProvisioned = "1"' in descriptor
        fields["eagerlyScrub"] = UNSET
    backing, size = f"VirtualDisk.{way}", {"capacityInKB": 8388608}
    return Device("VirtualDisk", 2000 + unit, "Hard disk 1", backing, fields, size)


def _descriptor(host: SimHost, vm: SimVM, file: str) -> str:
    try:
        path = host.path(file) if file.startswith("/") else vm.file.parent / file
        return path.read_bytes()[:4096].decode("utf-8", "replace")
    except OSError:
        return ""


def _nic(vm: SimVM, name: str, number: int) -> Device:
    types, config = _DEVICES["ethernet"], vm.loaded
    type = types.get(config.get(f"{name}.virtualDev"), types["vlance"])
    network = {"deviceName": config.get(f"{name}.networkName", "VM Network")}
    mac = {
        "addressType": config.get(f"{name}.addressType", "generated"),
        "macAddress": config.get(f"{name}.generatedAddress") or config.get(f"{name}.address"),
    }
    label = f"Network adapter {number + 1}"
    return Device(type, 4000 + number, label, "VirtualEthernetCard.Network", network, mac)
