"""``hardware.device`` of a VM: its virtual devices, read from the loaded VMX keys."""

from __future__ import annotations

import re

from ftlab.sim.data import table_of
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.dumps import UNSET, Array, Node, Obj
from ftlab.sim.vms.vm import SimVM

_TYPE = "vim.vm.device."
_NAME = re.compile(r"([a-zA-Z_]+)(\d*)(:\d+)?")
_DATA = table_of("vms/data/devices.toml")


def devices(host: SimHost, vm: SimVM) -> Array:
    """Every present device, in the order of the VMX's device names."""
    names = [key[: -len(".present")] for key, value in vm.loaded
             if key.casefold().endswith(".present") and value.casefold() == "true"]  # fmt: skip
    names.sort(key=lambda name: re.sub(r"\d+", lambda m: m[0].zfill(3), name))
    found = (_of(host, vm, name) for name in names)
    return Array("vim.vm.device.VirtualDevice", tuple(each for each in found if each))


def _of(host: SimHost, vm: SimVM, name: str) -> Obj | None:
    """The device of a VMX name; None for a name that is none."""
    parts = _NAME.fullmatch(name)
    kind, number, unit = parts.groups("") if parts else ("", "", "")
    if unit:
        if not number or kind not in ("scsi", "ide", "sata"):
            return None
        what = vm.loaded.get(f"{name}.deviceType", "disk")
        return _cdrom(vm, name, what) if "cdrom" in what else _disk(host, vm, name)
    if kind in ("scsi", "ethernet") and number:
        return (_scsi if kind == "scsi" else _nic)(vm, name, int(number))
    if kind not in _DATA["plain"]:
        return None
    type, key, label = _DATA["plain"][kind]
    return _device(type, key + int(number or 0), label, UNSET)


def _device(type: str, key: int, label: str, backing: Node, **more: Node) -> Obj:
    info = Obj("vim.Description", {"label": label, "summary": label})
    fields: dict[str, Node] = {"key": key, "deviceInfo": info, "backing": backing}
    fields |= {"connectable": UNSET, "controllerKey": UNSET, "unitNumber": UNSET}
    return Obj(_TYPE + type, fields | more)


def _scsi(vm: SimVM, name: str, number: int) -> Obj:
    types = _DATA["scsi"]
    type = types.get(vm.loaded.get(f"{name}.virtualDev"), types["buslogic"])
    shared = vm.loaded.get(f"{name}.sharedBus", "none")
    sharing = {"virtual": "virtualSharing", "physical": "physicalSharing"}.get(shared, "noSharing")
    return _device(type, 1000 + number, f"SCSI controller {number}", UNSET,
                   busNumber=number, sharedBus=sharing)  # fmt: skip


def _unit(name: str) -> int:
    return int(name.rpartition(":")[2])


def _cdrom(vm: SimVM, name: str, kind: str) -> Obj:
    file = vm.loaded.get(f"{name}.fileName")
    if kind == "cdrom-image":
        backing = Obj(_TYPE + "VirtualCdrom.IsoBackingInfo", {"fileName": file})
    elif vm.loaded.true(f"{name}.clientDevice") or kind == "cdrom-remote":
        backing = Obj(_TYPE + "VirtualCdrom.RemotePassthroughBackingInfo", {"deviceName": ""})
    else:
        backing = Obj(_TYPE + "VirtualCdrom.AtapiBackingInfo", {"deviceName": file})
    return _device("VirtualCdrom", 3000 + _unit(name), "CD/DVD drive 1", backing)


def _disk(host: SimHost, vm: SimVM, name: str) -> Obj:
    file = vm.loaded.get(f"{name}.fileName")
    shown = file if file.startswith(("/", "[")) else f"{vm.place.rpartition('/')[0]}/{file}"
    mode = vm.loaded.get(f"{name}.mode", "persistent").replace("-", "_")
    fields: dict[str, Node] = {"fileName": shown, "diskMode": mode}
    descriptor = _descriptor(host, vm, file)
    if kind := re.search(r'createType="vmfs(Raw|Passthrough)', descriptor):
        physical = kind[1] == "Passthrough"
        fields["compatibilityMode"] = "physicalMode" if physical else "virtualMode"
        type = "VirtualDisk.RawDiskMappingVer1BackingInfo"
    else:
        fields["thinProvisioned"] = 'ddb.thinProvisioned = "1"' in descriptor
        fields["eagerlyScrub"] = UNSET
        type = "VirtualDisk.FlatVer2BackingInfo"
    return _device("VirtualDisk", 2000 + _unit(name), "Hard disk 1", Obj(_TYPE + type, fields),
                   capacityInKB=8388608)  # fmt: skip


def _descriptor(host: SimHost, vm: SimVM, file: str) -> str:
    try:
        path = host.path(file) if file.startswith("/") else vm.file.parent / file
        return path.read_bytes()[:4096].decode("utf-8", "replace")
    except OSError:
        return ""


def _nic(vm: SimVM, name: str, number: int) -> Obj:
    types, config = _DATA["ethernet"], vm.loaded
    network = config.get(f"{name}.networkName", "VM Network")
    backing = Obj(_TYPE + "VirtualEthernetCard.NetworkBackingInfo", {"deviceName": network})
    return _device(
        types.get(config.get(f"{name}.virtualDev"), types["vlance"]),
        4000 + number, f"Network adapter {number + 1}", backing,
        addressType=config.get(f"{name}.addressType", "generated"),
        macAddress=config.get(f"{name}.generatedAddress") or config.get(f"{name}.address"),
    )  # fmt: skip
