"""``vim-cmd vmsvc/get.*`` and the device list: titles, then dumps."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from ftlab.sim.model.answer import Answer, encode, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms import objects
from ftlab.sim.vms.devices import devices as device_list
from ftlab.sim.vms.dumps import Array, Node, Obj, Ref, dump
from ftlab.sim.vms.vm import SimVM


def _titled(host: SimHost, title: str, node: Node) -> Answer:
    """A title and an empty line, which on 5.0 holds a blank, then the dump."""
    empty = " \n" if host.release.number == (5, 0, 0) else "\n"
    return _plain(host, f"{title}\n{empty}", node)


def _plain(host: SimHost, head: str, node: Node) -> Answer:
    return Answer(stdout=encode(head) + dump(node, old=host.release.old_dumps))


def config(host: SimHost, args: Sequence[str]) -> Answer:
    return _titled(host, "Configuration:", objects.config_info(host, host.vms.find(args[0])))


def runtime(host: SimHost, args: Sequence[str]) -> Answer:
    """The one dump without an empty line under its title."""
    return _plain(host, "Runtime information\n", objects.runtime_info(host, host.vms.find(args[0])))


def summary(host: SimHost, args: Sequence[str]) -> Answer:
    return _titled(host, "Listsummary:", objects.summary(host, host.vms.find(args[0])))


def guest(host: SimHost, args: Sequence[str]) -> Answer:
    return _titled(host, "Guest information:", objects.guest_info(host, host.vms.find(args[0])))


def devices(host: SimHost, args: Sequence[str]) -> Answer:
    found = device_list(host, host.vms.find(args[0]))
    return _plain(host, "Devices:\n", Obj("vim.vm.VirtualHardware", {"device": found}))


def networks(host: SimHost, args: Sequence[str]) -> Answer:
    name = host.vms.find(args[0]).loaded.get("ethernet0.networkName")
    fields: dict[str, Node] = {
        "network": Ref(f"vim.Network:HaNetwork-{name}"),
        "name": name,
        "accessible": True,
        "ipPoolName": "",
    }
    return _titled(host, "Networks:", Obj("vim.Network.Summary", fields))


def datastores(host: SimHost, args: Sequence[str]) -> Answer:
    """Plain lines, names padded to 20, in place of a dump."""
    vm = host.vms.find(args[0])
    name = next((n for n in host.datastores if vm.place.startswith(f"[{n}] ")), "")
    usage = shutil.disk_usage(vm.file.parent)
    rows = {
        "name": name,
        "url": f"/vmfs/volumes/{host.datastores.get(name, '')}",
        "capacity": usage.total,
        "freeSpace": usage.free,
        "accessible": 1,
        "type": "VMFS",
        "multipleHostAccess": "<unset>",
    }
    return say("".join(f"{key:<20} {value}\n" for key, value in rows.items()))


def file_layout(host: SimHost, args: Sequence[str]) -> Answer:
    vm = host.vms.find(args[0])
    found = tuple(_file(vm, number, name) for number, name in enumerate(_names(vm)))
    files = Array("vim.vm.FileLayoutEx.FileInfo", found)
    return _plain(host, "", Obj("vim.vm.FileLayoutEx", {"file": files}))


def _names(vm: SimVM) -> list[str]:
    return sorted(path.name for path in vm.file.parent.iterdir() if path.is_file())


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
