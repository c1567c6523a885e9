"""``vim-cmd`` on the register of VMs (list, reload, register, unregister, create), and what it
tells about one: ``vmsvc/get.*``, its devices, and what FT has against it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence

from ftlab.sim.data import page_of
from ftlab.sim.model.answer import Answer, encode, only, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.command import dumped, of_vm, vim_cmd
from ftlab.sim.vms.api import Shown, VimFault, filled, invalid_power_state, vim_fault
from ftlab.sim.vms.objects import about
from ftlab.sim.vms.vm import SimVM
from ftlab.sim.vms.vmx_file import NewVm, write_vm

TITLES = ("Vmid", "Name", "File", "Guest OS", "Version", "Annotation")
Row = tuple[str, str, str, str, str, str]


def table(rows: Iterable[Row]) -> bytes:
    """The whole answer for these rows (vmid, name, file, guest, version, annotation)."""
    cells = [[encode(cell) for cell in row] for row in sorted(rows, key=lambda row: row[0])]
    titles = [title.encode() for title in TITLES]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    head = [_centred(title, width) for title, width in zip(titles, widths, strict=True)]
    body = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in cells]
    return b"".join(b"   ".join(line) + b"\n" for line in [head, *body])


def _centred(title: bytes, width: int) -> bytes:
    return (b" " * ((width - len(title)) // 2) + title).ljust(width)


@vim_cmd("vmsvc/getallvms")
def getallvms(host: SimHost, _args: Sequence[str]) -> Answer:
    """The table on stdout; each invalid VM is only a line on stderr."""
    skipped = sorted(str(vm.vmid) for vm in host.vms if vm.config is None)
    warnings = "".join(f"Skipping invalid VM '{vmid}'\n" for vmid in skipped)
    return Answer(0, table(_row(vm) for vm in host.vms if vm.config), encode(warnings))


def _row(vm: SimVM) -> Row:
    version, annotation = f"vmx-{vm.hardware:02}", vm.loaded.get("annotation")
    return str(vm.vmid), vm.name, vm.place, vm.guest_os[0], version, annotation


@vim_cmd("vmsvc/reload", 1)
def reload(host: SimHost, args: Sequence[str]) -> None:
    host.vms.reload(host.vms.find_any(args[0]))


@vim_cmd("solo/registervm", 1)
def register(host: SimHost, args: Sequence[str]) -> Answer:
    """Prints the new vmid. Takes no name or pool."""
    if len(args) > 1:
        return only("solo/registervm PATH", exit=255)
    return say(f"{host.vms.register(args[0]).vmid}\n")


@vim_cmd("vmsvc/unregister", 1)
def unregister(host: SimHost, args: Sequence[str]) -> None:
    _forgotten(host, args[0])


@vim_cmd("vmsvc/destroy", 1)
def destroy(host: SimHost, args: Sequence[str]) -> None:
    """Unregister the VM and delete its files."""
    shutil.rmtree(_forgotten(host, args[0]).file.parent)


def _forgotten(host: SimHost, which: str) -> SimVM:
    vm = host.vms.find_any(which)
    if vm.power != "poweredOff":
        raise invalid_power_state("poweredOff", vm.power)
    host.vms.forget(vm)
    return vm


@vim_cmd("vmsvc/createdummyvm", 2)
def create_dummy(host: SimHost, args: Sequence[str]) -> str:
    """``createdummyvm NAME PATH``: a VM without devices. Prints the new vmid."""
    name, where = args[0], args[1]
    place, file = host.vms.place(where)
    if file.exists():
        raise vim_fault("file-there", place, file=place)
    write_vm(file, NewVm(name, host.release.hardware, seed=place, bare=True))
    return f"{host.vms.register(place).vmid}\n"


def _get(name: str, title: str, told: str) -> None:
    """``vmsvc/NAME`` is a title, mostly with an empty line, which on 5.0 holds a blank, and then a
    dump."""

    @of_vm(name)
    def act(host: SimHost, vm: SimVM, _args: Sequence[str]) -> Answer:
        here = host.release.number == (5, 0, 0)
        head = title.replace("\n\n", "\n \n") if here else title
        return Answer(stdout=encode(head) + dumped(host, about(told, host, vm)))


_get("get.config", "Configuration:\n\n", "config_info")
_get("get.runtime", "Runtime information\n", "runtime_info")
_get("get.summary", "Listsummary:\n\n", "summary")
_get("get.guest", "Guest information:\n\n", "guest_info")
_get("get.networks", "Networks:\n\n", "network")
_get("get.filelayoutex", "", "filelayout")
_get("device.getdevices", "Devices:\n", "hardware")


@of_vm("get.datastores")
def datastores(host: SimHost, vm: SimVM, _args: Sequence[str]) -> str:
    """Plain lines in place of a dump."""
    usage = shutil.disk_usage(vm.file.parent)
    return page_of("vimcmd/data/datastores.txt", host=host, vm=vm, usage=usage)


@of_vm("queryftcompat")
def ft_compatibility(host: SimHost, vm: SimVM, _args: Sequence[str]) -> Shown:
    """What stands in the way of Fault Tolerance. The command is listed by hosts of 5.1 to 6.7; what
    it prints is not published. The API's method of that name gives faults, so a list of them is
    printed here, and all releases have the command."""
    found = [fault.shown(host.release) for fault in _against_ft(host, vm)]
    return filled("faults", host.release, found=found)


def _against_ft(host: SimHost, vm: SimVM) -> Iterator[VimFault]:
    """Fault Tolerance takes one virtual CPU with record/replay, else as many as are licensed."""
    most = host.release.ft_cpus
    if vm.cpus > most:
        yield vim_fault("too-many-cpus", vm.cpus, most, maxSupportedNumCpus=most)
    if vm.snapshots:
        yield vim_fault("snapshots", reason="hasSnapshots")
