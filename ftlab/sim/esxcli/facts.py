"""The read-only ``esxcli`` commands: version, processes, storage, processors."""

from __future__ import annotations

import shutil

from ftlab.sim.esxcli.formats import Records
from ftlab.sim.esxcli.options import Options
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.host import SimHost

MEMORY = 16 * 2**30
"""Bytes of memory of every simulated host."""


def version(host: SimHost, _options: Options) -> Records:
    return told("version", host, {})


def processes(host: SimHost, _options: Options) -> Records:
    """The running VMs."""
    running = [vm for vm in host.vms if vm.power == "poweredOn"]
    return told("process", host, *(
        {
            "vm": vm,
            "uuid": vm.loaded.get("uuid.bios"),
            "path": _real_path(host, vm.place),
            "cartel": 34000 + 7 * vm.vmid,
            "world": 34001 + 7 * vm.vmid,
        }
        for vm in running
    ))  # fmt: skip


def _real_path(host: SimHost, place: str) -> str:
    for name, uuid in host.datastores.items():
        if place.startswith(f"[{name}] "):
            return f"/vmfs/volumes/{uuid}/{place.removeprefix(f'[{name}] ')}"
    return place


def filesystems(host: SimHost, _options: Options) -> Records:
    usage = shutil.disk_usage(host.root)
    kind = "VMFS-6" if host.release.number >= (6, 5, 0) else "VMFS-5"
    stores = host.datastores.items()
    shown = ({"name": name, "uuid": uuid, "kind": kind, "usage": usage} for name, uuid in stores)
    return told("filesystem", host, *shown)


def cpus(host: SimHost, _options: Options) -> Records:
    family, model, brand = host.cpu_family
    about = {"family": family, "model": model, "brand": brand}
    return told("cpu", host, *({"number": number, **about} for number in range(2)))


def cpu_global(host: SimHost, _options: Options) -> Records:
    return told("cpus", host, {})


def memory(host: SimHost, _options: Options) -> Records:
    return told("memory", host, {"memory": MEMORY})
