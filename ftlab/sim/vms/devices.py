"""``hardware.device`` of a VM: its virtual devices, read from the loaded VMX keys."""

from __future__ import annotations

import re
from collections.abc import Callable

from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.dumps import UNSET, Array, Node, Obj
from ftlab.sim.vms.vm import SimVM

_TYPE = "vim.vm.device."
_SCSI = {
    "lsilogic": "VirtualLsiLogicController",
    "lsisas1068": "VirtualLsiLogicSASController",
    "pvscsi": "ParaVirtualSCSIController",
    "buslogic": "VirtualBusLogicController",
}
_NICS = {
    "e1000": "VirtualE1000",
    "e1000e": "VirtualE1000e",
    "vmxnet3": "VirtualVmxnet3",
    "vmxnet": "VirtualVmxnet2",
    "vlance": "VirtualPCNet32",
}


def devices(host: SimHost, vm: SimVM) -> Array:
    """Every present device, in the order of the VMX's device names."""
    found: list[Node] = []
    for name in _present(vm):
        for pattern, make in _KINDS:
            if re.fullmatch(pattern, name):
                found.append(make(host, vm, name))
                break
    return Array("vim.vm.device.VirtualDevice", tuple(found))


def _present(vm: SimVM) -> list[str]:
    names = [key[: -len(".present")] for key, value in vm.loaded
             if key.casefold().endswith(".present") and value.casefold() == "true"]  # fmt: skip
    return sorted(names, key=lambda name: re.sub(r"\d+", lambda m: m[0].zfill(3), name))


def _device(type: str, key: int, label: str, backing: Node, **more: Node) -> Obj:
    info = Obj("vim.Description", {"label": label, "summary": label})
    fields: dict[str, Node] = {"key": key, "deviceInfo": info, "backing": backing}
    fields |= {"connectable": UNSET, "controllerKey": UNSET, "unitNumber": UNSET}
    return Obj(_TYPE + type, fields | more)


def _index(name: str) -> int:
    return int(re.sub(r"\D", "", name.rpartition(":")[2]) or 0)


def _scsi(_host: SimHost, vm: SimVM, name: str) -> Obj:
    type = _SCSI.get(vm.loaded.get(f"{name}.virtualDev", "buslogic"), "VirtualBusLogicController")
    shared = vm.loaded.get(f"{name}.sharedBus", "none")
    sharing = {"virtual": "virtualSharing", "physical": "physicalSharing"}.get(shared, "noSharing")
    return _device(type, 1000 + _index(name), f"SCSI controller {_index(name)}", UNSET,
                   busNumber=_index(name), sharedBus=sharing)  # fmt: skip


def _slot(host: SimHost, vm: SimVM, name: str) -> Obj:
    """What sits at ``scsi0:0``, ``ide1:0`` or ``sata0:0``: a disk or a CD drive."""
    kind = vm.loaded.get(f"{name}.deviceType", "disk")
    if "cdrom" in kind or kind == "atapi-cdrom":
        return _cdrom(vm, name, kind)
    return _disk(host, vm, name)


def _cdrom(vm: SimVM, name: str, kind: str) -> Obj:
    file = vm.loaded.get(f"{name}.fileName")
    if kind == "cdrom-image":
        backing = Obj(_TYPE + "VirtualCdrom.IsoBackingInfo", {"fileName": file})
    elif vm.loaded.true(f"{name}.clientDevice") or kind == "cdrom-remote":
        backing = Obj(_TYPE + "VirtualCdrom.RemotePassthroughBackingInfo", {"deviceName": ""})
    else:
        backing = Obj(_TYPE + "VirtualCdrom.AtapiBackingInfo", {"deviceName": file})
    return _device("VirtualCdrom", 3000 + _index(name), "CD/DVD drive 1", backing)


def _disk(host: SimHost, vm: SimVM, name: str) -> Obj:
    file = vm.loaded.get(f"{name}.fileName")
    mode = vm.loaded.get(f"{name}.mode", "persistent").replace("-", "_")
    fields: dict[str, Node] = {"fileName": _in_datastore(vm, file), "diskMode": mode}
    descriptor = _descriptor(host, vm, file)
    if kind := re.search(r'createType="vmfs(Raw|Passthrough)', descriptor):
        physical = kind[1] == "Passthrough"
        fields["compatibilityMode"] = "physicalMode" if physical else "virtualMode"
        type = "VirtualDisk.RawDiskMappingVer1BackingInfo"
    else:
        fields |= {"thinProvisioned": 'ddb.thinProvisioned = "1"' in descriptor,
                   "eagerlyScrub": UNSET}  # fmt: skip
        type = "VirtualDisk.FlatVer2BackingInfo"
    backing = Obj(_TYPE + type, fields)
    return _device("VirtualDisk", 2000 + _index(name), "Hard disk 1", backing,
                   capacityInKB=8388608)  # fmt: skip


def _in_datastore(vm: SimVM, file: str) -> str:
    if file.startswith(("/", "[")):
        return file
    return vm.place.rpartition("/")[0] + "/" + file


def _descriptor(host: SimHost, vm: SimVM, file: str) -> str:
    try:
        path = host.path(file) if file.startswith("/") else vm.file.parent / file
        return path.read_bytes()[:4096].decode("utf-8", "replace")
    except OSError:
        return ""


def _nic(_host: SimHost, vm: SimVM, name: str) -> Obj:
    type = _NICS.get(vm.loaded.get(f"{name}.virtualDev", "vlance"), "VirtualPCNet32")
    network = vm.loaded.get(f"{name}.networkName", "VM Network")
    backing = Obj(_TYPE + "VirtualEthernetCard.NetworkBackingInfo", {"deviceName": network})
    address = vm.loaded.get(f"{name}.generatedAddress") or vm.loaded.get(f"{name}.address")
    return _device(type, 4000 + _index(name), f"Network adapter {_index(name) + 1}", backing,
                   addressType=vm.loaded.get(f"{name}.addressType", "generated"),
                   macAddress=address)  # fmt: skip


def _plain(type: str, key: int, label: str) -> Callable[[SimHost, SimVM, str], Obj]:
    def make(_host: SimHost, _vm: SimVM, name: str) -> Obj:
        return _device(type, key + _index(name), label, UNSET)

    return make


_KINDS: tuple[tuple[str, Callable[[SimHost, SimVM, str], Obj]], ...] = (
    (r"scsi\d+", _scsi),
    (r"sata\d+", _plain("VirtualAHCIController", 15000, "SATA controller")),
    (r"(?:scsi|ide|sata)\d+:\d+", _slot),
    (r"ethernet\d+", _nic),
    (r"floppy\d+", _plain("VirtualFloppy", 8000, "Floppy drive 1")),
    (r"serial\d+", _plain("VirtualSerialPort", 9000, "Serial port 1")),
    (r"parallel\d+", _plain("VirtualParallelPort", 10000, "Parallel port 1")),
    (r"usb", _plain("VirtualUSBController", 7000, "USB controller")),
    (r"ehci|usb_xhci", _plain("VirtualUSBXHCIController", 14000, "USB controller")),
    (r"sound", _plain("VirtualSoundCard", 5000, "Sound card")),
    (r"pciPassthru\d+", _plain("VirtualPCIPassthrough", 13000, "PCI device 0")),
    (r"vmci\d+", _plain("VirtualMachineVMCIDevice", 12000, "VMCI device")),
)
