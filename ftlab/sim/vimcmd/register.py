"""``vim-cmd`` on the register of VMs: list, reload, register, unregister, create."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.model.answer import Answer, encode, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.getallvms import Row, table
from ftlab.sim.vms.faults import VimFault, invalid_power_state
from ftlab.sim.vms.guest_os import guest_id
from ftlab.sim.vms.new_vm import NewVm, write_vm
from ftlab.sim.vms.vm import SimVM


def getallvms(host: SimHost, _args: Sequence[str]) -> Answer:
    """The table on stdout; each invalid VM is only a line on stderr."""
    skipped = sorted(str(vm.vmid) for vm in host.vms if vm.config is None)
    rows = [_row(vm) for vm in host.vms if vm.config is not None]
    warnings = "".join(f"Skipping invalid VM '{vmid}'\n" for vmid in skipped)
    return Answer(0, table(rows), encode(warnings))


def _row(vm: SimVM) -> Row:
    config = vm.loaded
    version = f"vmx-{vm.hardware:02}"
    guest = guest_id(config.get("guestOS", "other"))
    return str(vm.vmid), vm.name, vm.place, guest, version, config.get("annotation")


def reload(host: SimHost, args: Sequence[str]) -> Answer:
    """Prints nothing when it worked."""
    host.vms.reload(host.vms.find_any(args[0]))
    return say()


def register(host: SimHost, args: Sequence[str]) -> Answer:
    """Prints the new vmid. Takes no name or pool."""
    if len(args) > 1:
        return say(stderr="This simulated host has only: solo/registervm PATH\n", exit=255)
    return say(f"{host.vms.register(args[0]).vmid}\n")


def unregister(host: SimHost, args: Sequence[str]) -> Answer:
    vm = host.vms.find_any(args[0])
    _must_be_off(vm)
    host.vms.forget(vm)
    return say()


def destroy(host: SimHost, args: Sequence[str]) -> Answer:
    """Unregister the VM and delete its files."""
    vm = host.vms.find_any(args[0])
    _must_be_off(vm)
    host.vms.forget(vm)
    for path in vm.file.parent.iterdir():
        path.unlink()
    vm.file.parent.rmdir()
    return say()


def _must_be_off(vm: SimVM) -> None:
    if vm.power != "poweredOff":
        raise invalid_power_state("poweredOff", vm.power)


def create_dummy(host: SimHost, args: Sequence[str]) -> Answer:
    """``createdummyvm NAME PATH``: a VM without devices. Prints the new vmid."""
    name, where = args[0], args[1]
    place, file = host.vms.place(where)
    if file.exists():
        raise VimFault("vim.fault.FileAlreadyExists", f"The file {place} already exists.",
                       file=place)  # fmt: skip
    write_vm(file, NewVm(name, host.release.hardware, seed=place, bare=True))
    return say(f"{host.vms.register(place).vmid}\n")
