"""``(vim.vm.ConfigInfo)``: the configuration as hostd holds it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ftlab.sim.vms import constants as fixed
from ftlab.sim.vms.devices import devices
from ftlab.sim.vms.dumps import UNSET, Array, Node, Null, Obj, Ref
from ftlab.sim.vms.guest_os import guest_id, guest_name
from ftlab.sim.vms.runtime_info import cpu_count, memory_mb
from ftlab.sim.vms.vm import SimVM

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost

_PROPERTIES = re.compile(
    r"\.encoding|config\.version|virtualHW\.version|displayName|annotation|guestOS|memSize|numvcpus"
    r"|uuid\.\w+|vc\.uuid|extendedConfigFile|scsi\d+(:\d+)?\.(present|fileName|deviceType|virtualDev)"
    r"|ethernet\d+\.(present|networkName|virtualDev|addressType|generatedAddress)|toolScripts\.\w+"
    r"|tools\.syncTime|powerType\.\w+|svga\.\w+|sched\.(cpu|mem)\.\w+|cleanShutdown|floppy\d+\.\w+",
    re.IGNORECASE,
)
"""Keys that have properties of their own; only the others are shown in ``extraConfig``."""
_LOWERED = re.compile(r"hpet0\.present|pciBridge\d+\.present|replay\.supported", re.IGNORECASE)
"""Booleans that 5.0 was seen to show in lower case, whatever the file has."""


def config_info(host: SimHost, vm: SimVM) -> Obj:
    """Everything hostd holds of the VM's configuration, in the order hosts print it."""
    fields = _identity(vm) | _parts(host, vm) | _settings(vm) | _late(host, vm)
    return Obj("vim.vm.ConfigInfo", fields)


def _identity(vm: SimVM) -> dict[str, Node]:
    config = vm.loaded
    return {
        "changeVersion": "2013-03-17T18:15:55.461798Z",
        "modified": "1970-01-01T00:00:00Z",
        "name": vm.name,
        "guestFullName": guest_name(config.get("guestOS", "other")),
        "version": f"vmx-{vm.hardware:02}",
        "uuid": api_uuid(config.get("uuid.bios")),
        "instanceUuid": api_uuid(config.get("vc.uuid")),
        **fixed.NPIV,
        "locationId": api_uuid(config.get("uuid.location")),
        "template": False,
        "guestId": guest_id(config.get("guestOS", "other")),
        "alternateGuestName": "",
        "annotation": config.get("annotation"),
    }


def _parts(host: SimHost, vm: SimVM) -> dict[str, Node]:
    return {
        "files": _files(vm, posixpath.dirname(vm.place) or vm.place),
        "tools": fixed.TOOLS,
        "flags": fixed.flags(vm),
        "consolePreferences": Null("vim.vm.ConsolePreferences"),
        "defaultPowerOps": fixed.POWER_OPS,
        "hardware": _hardware(host, vm),
        "cpuAllocation": _allocation("sched.cpu", vm),
        "memoryAllocation": _allocation("sched.mem", vm),
    }


def _settings(vm: SimVM) -> dict[str, Node]:
    config = vm.loaded
    return {
        "memoryHotAddEnabled": config.true("mem.hotadd"),
        "cpuHotAddEnabled": config.true("vcpu.hotadd"),
        "cpuHotRemoveEnabled": config.true("vcpu.hotremove"),
        "hotPlugMemoryLimit": UNSET,
        "hotPlugMemoryIncrementSize": UNSET,
        "cpuAffinity": Null("vim.vm.AffinityInfo"),
        "memoryAffinity": Null("vim.vm.AffinityInfo"),
        "networkShaper": Null("vim.vm.NetworkShaperInfo"),
    }


def _late(host: SimHost, vm: SimVM) -> dict[str, Node]:
    """From ``extraConfig`` on; what follows change tracking came with 5.0."""
    fields: dict[str, Node] = {
        "extraConfig": _extra(host, vm),
        "datastoreUrl": _datastore(host, vm),
        "swapPlacement": "inherit",
        "swapDirectory": UNSET,
        "preserveSwapOnPowerOff": UNSET,
        "bootOptions": fixed.BOOT,
        "ftInfo": ft_info(vm),
        "vAppConfig": Null("vim.vApp.VmConfigInfo"),
        "vAssertsEnabled": False,
        "changeTrackingEnabled": vm.loaded.true("ctkEnabled"),
    }
    if host.release.number < (5, 0, 0):
        return fields
    return fields | {
        "firmware": vm.loaded.get("firmware", "bios"),
        "maxMksConnections": 40,
        "guestAutoLockEnabled": False,
        "managedBy": Null("vim.ext.ManagedByInfo"),
        "memoryReservationLockedToMax": False,
        "initialOverhead": fixed.OVERHEAD,
    }


def api_uuid(text: str) -> str:
    """A VMX's UUID in the API's writing: 8-4-4-4-12 hex digits."""
    digits = re.sub(r"[^0-9a-fA-F]", "", text).lower()
    if len(digits) != 32:
        return ""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def ft_info(vm: SimVM) -> Node:
    """Who is in the Fault Tolerance group, the primary first (vSphere API)."""
    if vm.ft is None:
        return Null("vim.vm.FaultToleranceConfigInfo")
    pair = vm.ft.pair
    group = (pair.primary, pair.secondary)
    fields: dict[str, Node] = {
        "role": int(vm.ft.role),
        "instanceUuids": Array("string", tuple(api_uuid(pair.identities[m.place]) for m in group)),
        "configPaths": Array("string", tuple(m.place for m in group)),
    }
    if vm.ft.role == 1:
        other: Node = Ref(f"vim.VirtualMachine:{pair.secondary.vmid}")
        fields["secondaries"] = Array("vim.VirtualMachine", (other,))
        return Obj("vim.vm.FaultTolerancePrimaryConfigInfo", fields)
    fields["primaryVM"] = Ref(f"vim.VirtualMachine:{pair.primary.vmid}")
    return Obj("vim.vm.FaultToleranceSecondaryConfigInfo", fields)


def _files(vm: SimVM, directory: str) -> Obj:
    return Obj("vim.vm.FileInfo", {
        "vmPathName": vm.place, "snapshotDirectory": directory,
        "suspendDirectory": directory, "logDirectory": directory,
    })  # fmt: skip


def _hardware(host: SimHost, vm: SimVM) -> Obj:
    """5.0 prints garbage for the two counts (seen in a capture: 419 CPUs for a VM of 2)."""
    garbage = host.release.number == (5, 0, 0)
    return Obj("vim.vm.VirtualHardware", {
        "numCPU": 419 if garbage else cpu_count(vm),
        "numCoresPerSocket": UNSET,
        "memoryMB": 192786044 if garbage else memory_mb(vm),
        "virtualICH7MPresent": UNSET,
        "virtualSMCPresent": UNSET,
        "device": devices(host, vm),
    })  # fmt: skip


def _allocation(head: str, vm: SimVM) -> Obj:
    level = vm.loaded.get(f"{head}.shares", "normal")
    shares = Obj("vim.SharesInfo", {"shares": 1000, "level": level})
    least = vm.loaded.get(f"{head}.min", "0")
    return Obj("vim.ResourceAllocationInfo", {
        "reservation": int(least) if least.isdecimal() else 0,
        "expandableReservation": False, "limit": -1, "shares": shares, "overheadLimit": UNSET,
    })  # fmt: skip


def _extra(host: SimHost, vm: SimVM) -> Array:
    lowered = host.release.number == (5, 0, 0)
    return Array("vim.option.OptionValue", tuple(
        Obj("vim.option.OptionValue",
            {"key": key, "value": value.lower() if lowered and _LOWERED.fullmatch(key) else value})
        for key, value in vm.loaded if not _PROPERTIES.fullmatch(key)
    ))  # fmt: skip


def _datastore(host: SimHost, vm: SimVM) -> Array:
    for name, uuid in host.datastores.items():
        if vm.place.startswith(f"[{name}] "):
            pair = Obj("vim.vm.ConfigInfo.DatastoreUrlPair",
                       {"name": name, "url": f"/vmfs/volumes/{uuid}/"})  # fmt: skip
            return Array("vim.vm.ConfigInfo.DatastoreUrlPair", (pair,))
    return Array("vim.vm.ConfigInfo.DatastoreUrlPair")
