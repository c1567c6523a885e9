"""``(vim.vm.Summary)`` and ``(vim.vm.GuestInfo)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.sim.vms.config_info import api_uuid, ft_info
from ftlab.sim.vms.constants import UNUSED_STATS
from ftlab.sim.vms.devices import devices
from ftlab.sim.vms.dumps import UNSET, Node, Null, Obj, Ref
from ftlab.sim.vms.guest_os import guest_id, guest_name
from ftlab.sim.vms.runtime_info import cpu_count, memory_mb, runtime_info, stamp
from ftlab.sim.vms.vm import SimVM

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost


def summary(host: SimHost, vm: SimVM) -> Obj:
    used = sum(path.stat().st_size for path in vm.file.parent.iterdir() if path.is_file())
    storage = Obj("vim.vm.Summary.StorageSummary", {
        "committed": used, "uncommitted": 0, "unshared": used, "timestamp": stamp(host.lab.now()),
    })  # fmt: skip
    return Obj("vim.vm.Summary", {
        "vm": Ref(f"vim.VirtualMachine:{vm.vmid}"),
        "runtime": runtime_info(host, vm),
        "guest": Obj("vim.vm.Summary.GuestSummary", _guest_summary(host, vm)),
        "config": Obj("vim.vm.Summary.ConfigSummary", _config(host, vm)),
        "storage": storage,
        "quickStats": Obj("vim.vm.Summary.QuickStats", _quick(host, vm)),
        "overallStatus": "green",
    })  # fmt: skip


def _tools(host: SimHost, vm: SimVM) -> dict[str, Node]:
    """VMware Tools; the second version status came with 5.0."""
    on = vm.power == "poweredOn"
    there = vm.guest != "none"
    version = "guestToolsCurrent" if there else "guestToolsNotInstalled"
    status = ("toolsOk" if on else "toolsNotRunning") if there else "toolsNotInstalled"
    fields: dict[str, Node] = {"toolsStatus": status, "toolsVersionStatus": version}
    if host.release.number >= (5, 0, 0):
        fields["toolsVersionStatus2"] = version
    running = "guestToolsRunning" if on and there else "guestToolsNotRunning"
    return fields | {"toolsRunningStatus": running}


def _guest_summary(host: SimHost, vm: SimVM) -> dict[str, Node]:
    return {
        "guestId": UNSET,
        "guestFullName": UNSET,
        **_tools(host, vm),
        "hostName": UNSET,
        "ipAddress": UNSET,
    }


def _config(host: SimHost, vm: SimVM) -> dict[str, Node]:
    guest_os = vm.loaded.get("guestOS", "other")
    kinds = [device.type for device in devices(host, vm).items if isinstance(device, Obj)]
    fields: dict[str, Node] = {
        "name": vm.name,
        "template": False,
        "vmPathName": vm.place,
        "memorySizeMB": memory_mb(vm),
        "cpuReservation": UNSET,
        "memoryReservation": UNSET,
        "numCpu": cpu_count(vm),
        "numEthernetCards": sum("VirtualE1000" in k or "Vmxnet" in k or "PCNet" in k
                                for k in kinds),
        "numVirtualDisks": sum(k.endswith("VirtualDisk") for k in kinds),
        "uuid": api_uuid(vm.loaded.get("uuid.bios")),
        "instanceUuid": api_uuid(vm.loaded.get("vc.uuid")),
        "guestId": guest_id(guest_os),
        "guestFullName": guest_name(guest_os),
        "annotation": vm.loaded.get("annotation"),
        "product": Null("vim.vApp.ProductInfo"),
        "installBootRequired": UNSET,
        "ftInfo": ft_info(vm),
    }  # fmt: skip
    if host.release.number >= (5, 0, 0):
        fields["managedBy"] = Null("vim.ext.ManagedByInfo")
    return fields


def _quick(host: SimHost, vm: SimVM) -> dict[str, Node]:
    """A few figures for a running VM; the last three came with 5.0."""
    running = vm.power == "poweredOn"
    fields: dict[str, Node] = {
        "overallCpuUsage": 20 if running else UNSET,
        "overallCpuDemand": UNSET,
        "guestMemoryUsage": 40 if running else UNSET,
        "hostMemoryUsage": 652 if running else UNSET,
        "guestHeartbeatStatus": "green" if running and vm.guest != "none" else "gray",
        **dict.fromkeys(UNUSED_STATS, UNSET),
    }
    if host.release.number >= (5, 0, 0):
        up = int((host.lab.now() - vm.booted).total_seconds()) if vm.booted else 0
        fields |= {"compressedMemory": UNSET, "uptimeSeconds": up if running else UNSET,
                   "ssdSwappedMemory": UNSET}  # fmt: skip
    return fields


def guest_info(host: SimHost, vm: SimVM) -> Obj:
    version = "0" if vm.guest == "none" else "10309"
    return Obj("vim.vm.GuestInfo", {
        **_tools(host, vm),
        "toolsVersion": version,
        "guestId": UNSET,
        "guestFamily": UNSET,
        "guestFullName": UNSET,
        "hostName": UNSET,
        "ipAddress": UNSET,
        "net": UNSET,
        "disk": UNSET,
        "guestState": "running" if vm.power == "poweredOn" else "notRunning",
        "hwVersion": f"vmx-{vm.hardware:02}",
    })  # fmt: skip
