"""What hostd tells about one VM: its configuration, its state, its summary, its guest, and its
virtual devices, read from the loaded VMX keys."""

from __future__ import annotations

import posixpath
import re

from ftlab.sim.data import table_of
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.api import UNSET, Array, Node, Obj, Plain, Values, filled
from ftlab.sim.vms.vm import Question, SimVM
from ftlab.sim.vms.vmx_file import api_uuid

_KEYS = table_of("vms/data/vmx_keys.toml")
_PROPERTIES = re.compile("|".join(_KEYS["properties"]), re.IGNORECASE)
_LOWERED = re.compile("|".join(_KEYS["lowered"]), re.IGNORECASE)
_FEATURES = ("cpuid.SSE3", "cpuid.SSSE3", "cpuid.NX", "cpuid.RDTSCP", "cpuid.Intel")
_TYPE = "vim.vm.device."
_NAME = re.compile(r"([a-zA-Z_]+)(\d*)(:\d+)?")
_DEVICES = table_of("vms/data/devices.toml")


def config_info(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.vm.ConfigInfo)``. 5.0 prints garbage for the counts of processors and megabytes (seen
    in a capture: 419 CPUs for a VM of 2)."""
    garbage = host.release.number == (5, 0, 0)
    return filled("config", host.release, {
        "vm": vm,
        "ft": _ft_info(host, vm),
        "folder": posixpath.dirname(vm.place) or vm.place,
        "cpus_shown": 419 if garbage else vm.cpus,
        "memory_shown": 192786044 if garbage else vm.loaded.like("memSize", 32),
        "devices": _devices(host, vm),
        "extra": _extra(vm, lowered=garbage),
        "volume": host.datastores[vm.store],
    })  # fmt: skip


def runtime_info(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.vm.RuntimeInfo)``; the oldest end at ``needSecondaryReason``."""
    pair = vm.ft
    return filled("runtime", host.release, {
        "vm": vm,
        "cards": _cards(host, vm),
        "ft_state": pair.state(vm) if pair else "notConfigured",
        "booted": vm.booted or UNSET,
        "question": _question(host, vm.question),
        "mhz": 2600 * vm.cpus,
        "replay": pair.replay_state(vm) if pair else "inactive",
        "clean": UNSET if vm.power == "poweredOn" else True,
        "reason": (pair and pair.need_reason(vm)) or UNSET,
        "features": [{"name": name} for name in _FEATURES],
    })  # fmt: skip


def _cards(host: SimHost, vm: SimVM) -> list[Values] | None:
    """What of its network cards keeps them from DirectPath: seen on 5.0."""
    numbers = [at for at in range(10) if vm.loaded.true(f"ethernet{at}.present")]
    if host.release.number[:2] != (5, 0) or not numbers:
        return None
    of_vm = ("vmNptIncompatibleAdapterType", "vmNptDisabledOrDisconnectedAdapter")
    why = {
        "of_vm": Array("string", of_vm),
        "of_network": Array("string", ("vmNptIncompatibleNetwork",)),
    }
    return [{"key": 4000 + number, **why} for number in numbers]


def summary(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.vm.Summary)``, with a few figures for a running VM."""
    running = vm.power == "poweredOn"
    kinds = [device.type for device in _devices(host, vm).items if isinstance(device, Obj)]
    up = int((host.lab.now() - vm.booted).total_seconds()) if vm.booted else 0
    return filled("summary", host.release, {
        **_tools(vm),
        "vm": vm,
        "ft": _ft_info(host, vm),
        "runtime": runtime_info(host, vm),
        "nics": sum(any(k in kind for k in ("VirtualE1000", "Vmxnet", "PCNet")) for kind in kinds),
        "disks": sum(kind.endswith("VirtualDisk") for kind in kinds),
        "used": sum(p.stat().st_size for p in vm.file.parent.iterdir() if p.is_file()),
        "now": host.lab.now(),
        "cpu_usage": 20 if running else UNSET,
        "guest_memory": 40 if running else UNSET,
        "host_memory": 652 if running else UNSET,
        "heartbeat": "green" if running and vm.guest != "none" else "gray",
        "uptime": up if running else UNSET,
    })  # fmt: skip


def guest_info(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.vm.GuestInfo)``."""
    return filled("guest", host.release, {
        **_tools(vm),
        "vm": vm,
        "tools_number": "0" if vm.guest == "none" else "10309",
        "guest_state": "running" if vm.power == "poweredOn" else "notRunning",
    })  # fmt: skip


def _tools(vm: SimVM) -> Values:
    on, there = vm.power == "poweredOn", vm.guest != "none"
    status = ("toolsOk" if on else "toolsNotRunning") if there else "toolsNotInstalled"
    return {
        "tools": status,
        "tools_version": "guestToolsCurrent" if there else "guestToolsNotInstalled",
        "tools_running": "guestToolsRunning" if on and there else "guestToolsNotRunning",
    }


def _ft_info(host: SimHost, vm: SimVM) -> Node:
    """Who is in the Fault Tolerance group, the primary first (vSphere API)."""
    if (pair := vm.ft) is None:
        return Plain("(vim.vm.FaultToleranceConfigInfo) null")
    halves = (pair.primary, pair.secondary)
    other = Plain(f"'vim.VirtualMachine:{pair.secondary.vmid}'")
    return filled("ft_primary" if vm is pair.primary else "ft_secondary", host.release, {
        "pair": pair,
        "uuids": Array("string", tuple(api_uuid(pair.identities[vm.place]) for vm in halves)),
        "places": Array("string", tuple(vm.place for vm in halves)),
        "secondaries": Array("vim.VirtualMachine", (other,)),
    })  # fmt: skip


def _question(host: SimHost, question: Question | None) -> Node:
    if question is None:
        return Plain("(vim.vm.QuestionInfo) null")
    choices = [{"label": label, "key": str(at)} for at, label in enumerate(question.choices)]
    return filled("question", host.release, {"asked": question, "choices": choices})


def _extra(vm: SimVM, *, lowered: bool) -> list[Values]:
    return [
        {"key": key, "value": value.lower() if lowered and _LOWERED.fullmatch(key) else value}
        for key, value in vm.loaded
        if not _PROPERTIES.fullmatch(key)
    ]


def networks(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.Network.Summary)`` of the first card."""
    return filled("network", host.release, {"name": vm.loaded["ethernet0.networkName"]})


def hardware(host: SimHost, vm: SimVM) -> Obj:
    return Obj("vim.vm.VirtualHardware", {"device": _devices(host, vm)})


def _devices(host: SimHost, vm: SimVM) -> Array:
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
        what, at = vm.loaded.get(f"{name}.deviceType", "disk"), int(unit[1:])
        return _cdrom(vm, name, what, at) if "cdrom" in what else _disk(host, vm, name, at)
    if kind in ("scsi", "ethernet") and number:
        return (_scsi if kind == "scsi" else _nic)(vm, name, int(number))
    if kind not in _DEVICES["plain"]:
        return None
    type, key, label = _DEVICES["plain"][kind]
    return _device(type, key + int(number or 0), label, UNSET)


def _device(type: str, key: int, label: str, backing: Node, **more: Node) -> Obj:
    info = Obj("vim.Description", {"label": label, "summary": label})
    fields: dict[str, Node] = {"key": key, "deviceInfo": info, "backing": backing}
    fields |= {"connectable": UNSET, "controllerKey": UNSET, "unitNumber": UNSET}
    return Obj(_TYPE + type, fields | more)


def _scsi(vm: SimVM, name: str, number: int) -> Obj:
    types = _DEVICES["scsi"]
    type = types.get(vm.loaded.get(f"{name}.virtualDev"), types["buslogic"])
    shared = vm.loaded.get(f"{name}.sharedBus", "none")
    sharing = {"virtual": "virtualSharing", "physical": "physicalSharing"}.get(shared, "noSharing")
    return _device(type, 1000 + number, f"SCSI controller {number}", UNSET,
                   busNumber=number, sharedBus=sharing)  # fmt: skip


def _cdrom(vm: SimVM, name: str, kind: str, unit: int) -> Obj:
    file = vm.loaded.get(f"{name}.fileName")
    if kind == "cdrom-image":
        backing = Obj(_TYPE + "VirtualCdrom.IsoBackingInfo", {"fileName": file})
    elif vm.loaded.true(f"{name}.clientDevice") or kind == "cdrom-remote":
        backing = Obj(_TYPE + "VirtualCdrom.RemotePassthroughBackingInfo", {"deviceName": ""})
    else:
        backing = Obj(_TYPE + "VirtualCdrom.AtapiBackingInfo", {"deviceName": file})
    return _device("VirtualCdrom", 3000 + unit, "CD/DVD drive 1", backing)


def _disk(host: SimHost, vm: SimVM, name: str, unit: int) -> Obj:
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
    return _device("VirtualDisk", 2000 + unit, "Hard disk 1", Obj(_TYPE + type, fields),
                   capacityInKB=8388608)  # fmt: skip


def _descriptor(host: SimHost, vm: SimVM, file: str) -> str:
    try:
        path = host.path(file) if file.startswith("/") else vm.file.parent / file
        return path.read_bytes()[:4096].decode("utf-8", "replace")
    except OSError:
        return ""


def _nic(vm: SimVM, name: str, number: int) -> Obj:
    types, config = _DEVICES["ethernet"], vm.loaded
    network = config.get(f"{name}.networkName", "VM Network")
    backing = Obj(_TYPE + "VirtualEthernetCard.NetworkBackingInfo", {"deviceName": network})
    return _device(
        types.get(config.get(f"{name}.virtualDev"), types["vlance"]),
        4000 + number, f"Network adapter {number + 1}", backing,
        addressType=config.get(f"{name}.addressType", "generated"),
        macAddress=config.get(f"{name}.generatedAddress") or config.get(f"{name}.address"),
    )  # fmt: skip
