"""``vim-cmd`` on the register of VMs: list, reload, register, unregister, create."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlab.sim.model.answer import Answer, encode, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.entry import vim_cmd
from ftlab.sim.vms.facts import guest_os
from ftlab.sim.vms.faults import VimFault, invalid_power_state
from ftlab.sim.vms.new_vm import NewVm, write_vm
from ftlab.sim.vms.vm import SimVM

TITLES = ("Vmid", "Name", "File", "Guest OS", "Version", "Annotation")
GAP = b"   "
Row = tuple[str, str, str, str, str, str]


def table(rows: Iterable[Row]) -> bytes:
    """The whole answer for these rows (vmid, name, file, guest, version, annotation)."""
    cells = [[_bytes(cell) for cell in row] for row in sorted(rows, key=lambda row: row[0])]
    titles = [title.encode() for title in TITLES]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    head = [_centred(title, width) for title, width in zip(titles, widths, strict=True)]
    body = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in cells]
    return b"".join(GAP.join(line) + b"\n" for line in [head, *body])


def _centred(title: bytes, width: int) -> bytes:
    return (b" " * ((width - len(title)) // 2) + title).ljust(width)


def _bytes(cell: str) -> bytes:
    return cell.encode("utf-8", "surrogateescape")


@vim_cmd("vmsvc/getallvms")
def getallvms(host: SimHost, _args: Sequence[str]) -> Answer:
    """The table on stdout; each invalid VM is only a line on stderr."""
    skipped = sorted(str(vm.vmid) for vm in host.vms if vm.config is None)
    warnings = "".join(f"Skipping invalid VM '{vmid}'\n" for vmid in skipped)
    return Answer(0, table(_row(vm) for vm in host.vms if vm.config), encode(warnings))


def _row(vm: SimVM) -> Row:
    guest, _ = guest_os(vm.loaded)
    annotation = vm.loaded.get("annotation")
    return str(vm.vmid), vm.name, vm.place, guest, f"vmx-{vm.hardware:02}", annotation


@vim_cmd("vmsvc/reload", 1)
def reload(host: SimHost, args: Sequence[str]) -> None:
    host.vms.reload(host.vms.find_any(args[0]))


@vim_cmd("solo/registervm", 1)
def register(host: SimHost, args: Sequence[str]) -> Answer:
    """Prints the new vmid. Takes no name or pool."""
    if len(args) > 1:
        return say(stderr="This simulated host has only: solo/registervm PATH\n", exit=255)
    return say(f"{host.vms.register(args[0]).vmid}\n")


@vim_cmd("vmsvc/unregister", 1)
def unregister(host: SimHost, args: Sequence[str]) -> None:
    _forgotten(host, args[0])


@vim_cmd("vmsvc/destroy", 1)
def destroy(host: SimHost, args: Sequence[str]) -> None:
    """Unregister the VM and delete its files."""
    folder = _forgotten(host, args[0]).file.parent
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


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
        raise VimFault("vim.fault.FileAlreadyExists", f"The file {place} already exists.",
                       file=place)  # fmt: skip
    write_vm(file, NewVm(name, host.release.hardware, seed=place, bare=True))
    return f"{host.vms.register(place).vmid}\n"
