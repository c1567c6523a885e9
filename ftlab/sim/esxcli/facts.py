"""The read-only ``esxcli`` commands: version, processes, storage, processors."""

from __future__ import annotations

import shutil

from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.options import Options
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.vm import SimVM

MEMORY = 16 * 2**30
"""Bytes of memory of every simulated host."""


def version(host: SimHost, _options: Options) -> Records:
    """``Patch`` is taken to have come with 6.0."""
    release = host.release
    record: Record = {
        "Product": release.product,
        "Version": release.version,
        "Build": f"Releasebuild-{release.build}",
        "Update": release.update,
    }
    if release.number >= (9, 0, 0):
        record["Maintenance"] = 0
    if release.number >= (6, 0, 0):
        record["Patch"] = 0
    return Records("VersionGet", "get", [record])


def processes(host: SimHost, _options: Options) -> Records:
    """The running VMs. ``UUID`` groups the bytes as the VMX does."""
    running = [vm for vm in host.vms if vm.power == "poweredOn"]
    return Records("VirtualMachine", "titled", [_process(host, vm) for vm in running],
                   "{Display Name}")  # fmt: skip


def _process(host: SimHost, vm: SimVM) -> Record:
    world = 34000 + 7 * vm.vmid
    return {
        "World ID": world + 1,
        "Process ID": 0,
        "VMX Cartel ID": world,
        "UUID": vm.loaded.get("uuid.bios"),
        "Display Name": vm.name,
        "Config File": _real_path(host, vm.place),
    }


def _real_path(host: SimHost, place: str) -> str:
    for name, uuid in host.datastores.items():
        if place.startswith(f"[{name}] "):
            return f"/vmfs/volumes/{uuid}/{place.removeprefix(f'[{name}] ')}"
    return place


def filesystems(host: SimHost, _options: Options) -> Records:
    usage = shutil.disk_usage(host.root)
    kind = "VMFS-6" if host.release.number >= (6, 5, 0) else "VMFS-5"
    records: list[Record] = [
        {
            "Mount Point": f"/vmfs/volumes/{uuid}",
            "Volume Name": name,
            "UUID": uuid,
            "Mounted": True,
            "Type": kind,
            "Size": usage.total,
            "Free": usage.free,
        }
        for name, uuid in host.datastores.items()
    ]
    return Records("VmfsFilesystem", "columns", records)


def cpus(host: SimHost, _options: Options) -> Records:
    family, model, brand = host.cpu_family
    records: list[Record] = [
        {
            "Id": number,
            "APIC ID": number,
            "Node": 0,
            "Family": family,
            "Model": model,
            "Type": 0,
            "Stepping": 7,
            "Brand": brand,
            "Core Speed": 2_600_000_000,
            "Bus Speed": 66_000_000,
        }
        for number in range(2)
    ]
    return Records("CPU", "titled", records, "CPU: {Id}")


def cpu_global(host: SimHost, _options: Options) -> Records:
    record: Record = {
        "CPU Packages": 1,
        "CPU Cores": 2,
        "CPU Threads": 2,
        "Hyperthreading Active": False,
        "Hyperthreading Supported": False,
        "Hyperthreading Enabled": True,
        "HV Support": 3,
        "HV Replay Capable": host.release.legacy_ft,
        "HV Replay Disabled Reasons": "",
    }
    return Records("CPUGlobal", "get", [record])


def memory(_host: SimHost, _options: Options) -> Records:
    record: Record = {
        "Physical Memory": f"{MEMORY} Bytes",
        "Reliable Memory": "0 Bytes",
        "NUMA Node Count": 1,
    }
    return Records("MemoryGet", "get", [record])
