"""What ``vim-cmd`` tells about a VM: ``vmsvc/get.*``, its devices, and what FT has against it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence

from ftlab.sim.model.answer import Answer, encode
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.entry import dumped, of_vm
from ftlab.sim.vms import objects
from ftlab.sim.vms.devices import devices
from ftlab.sim.vms.dumps import Array, Obj, Ref
from ftlab.sim.vms.facts import cpu_count
from ftlab.sim.vms.faults import VimFault
from ftlab.sim.vms.templates import filled
from ftlab.sim.vms.vm import SimVM


def _get(name: str, title: str, tell: Callable[[SimHost, SimVM], Obj]) -> None:
    """``vmsvc/NAME`` is a title, mostly with an empty line, which on 5.0 holds a blank, and then a
    dump."""

    @of_vm(name)
    def act(host: SimHost, vm: SimVM, _args: Sequence[str]) -> Answer:
        here = host.release.number == (5, 0, 0)
        head = title.replace("\n\n", "\n \n") if here else title
        return Answer(stdout=encode(head) + dumped(host, tell(host, vm)))


def _devices(host: SimHost, vm: SimVM) -> Obj:
    return Obj("vim.vm.VirtualHardware", {"device": devices(host, vm)})


def _networks(host: SimHost, vm: SimVM) -> Obj:
    name = vm.loaded.get("ethernet0.networkName")
    network = Ref(f"vim.Network:HaNetwork-{name}")
    return filled("network", host.release, {"network": network, "name": name})


def _file_layout(_host: SimHost, vm: SimVM) -> Obj:
    names = sorted(path.name for path in vm.file.parent.iterdir() if path.is_file())
    found = tuple(_file(vm, number, name) for number, name in enumerate(names))
    return Obj("vim.vm.FileLayoutEx", {"file": Array("vim.vm.FileLayoutEx.FileInfo", found)})


def _file(vm: SimVM, number: int, name: str) -> Obj:
    size = (vm.file.parent / name).stat().st_size
    kinds = {".vmx": "config", ".vmdk": "diskDescriptor", ".log": "log", ".nvram": "nvram"}
    return Obj("vim.vm.FileLayoutEx.FileInfo", {
        "key": number,
        "name": f"{vm.place.rpartition('/')[0]}/{name}",
        "type": next((kind for end, kind in kinds.items() if name.endswith(end)), "extendedConfig"),
        "size": size,
        "uniqueSize": size,
        "accessible": True,
    })  # fmt: skip


_get("get.config", "Configuration:\n\n", objects.config_info)
_get("get.runtime", "Runtime information\n", objects.runtime_info)
_get("get.summary", "Listsummary:\n\n", objects.summary)
_get("get.guest", "Guest information:\n\n", objects.guest_info)
_get("get.networks", "Networks:\n\n", _networks)
_get("get.filelayoutex", "", _file_layout)
_get("device.getdevices", "Devices:\n", _devices)


@of_vm("get.datastores")
def datastores(host: SimHost, vm: SimVM, _args: Sequence[str]) -> str:
    """Plain lines, names padded to 20, in place of a dump."""
    usage = shutil.disk_usage(vm.file.parent)
    rows = {
        "name": vm.store,
        "url": f"/vmfs/volumes/{host.datastores.get(vm.store, '')}",
        "capacity": usage.total,
        "freeSpace": usage.free,
        "accessible": 1,
        "type": "VMFS",
        "multipleHostAccess": "<unset>",
    }
    return "".join(f"{key:<20} {value}\n" for key, value in rows.items())


@of_vm("queryftcompat")
def ft_compatibility(host: SimHost, vm: SimVM, _args: Sequence[str]) -> Array:
    """What stands in the way of Fault Tolerance. The command is listed by hosts of 5.1 to 6.7; what
    it prints is not published. The API's method of that name gives faults, so a list of them is
    printed here, and all releases have the command."""
    faults = tuple(fault.node(host.release) for fault in _against_ft(host, vm))
    return Array("vmodl.MethodFault", faults)


def _against_ft(host: SimHost, vm: SimVM) -> Iterator[VimFault]:
    """Fault Tolerance takes one virtual CPU with record/replay, else as many as are licensed."""
    number = host.release.number
    most = 1 if number < (6, 0, 0) else 4 if number < (6, 7, 0) else 8
    if cpu_count(vm) > most:
        text = f"The virtual machine has {cpu_count(vm)} virtual CPUs; the host supports {most}."
        yield VimFault("vim.fault.NumVirtualCpusIncompatible", text, maxSupportedNumCpus=most)
    if vm.snapshots:
        text = "The virtual machine has one or more snapshots."
        yield VimFault("vim.fault.VmFaultToleranceConfigIssue", text, reason="hasSnapshots")
