"""The host agent's register of VMs: what it knows, loads and forgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ftlab.sim.model.machine import Machine
from ftlab.sim.vms.faults import vim_fault
from ftlab.sim.vms.vm import SimVM
from ftlab.sim.vms.vmx_file import BadVmx, VmxFile


class Registry:
    """All VMs registered on one host, by vmid."""

    def __init__(self, host: Machine) -> None:
        self._host = host
        self._vms: dict[int, SimVM] = {}
        self.next_vmid = 1

    def __iter__(self) -> Iterator[SimVM]:
        return iter(self._vms.values())

    def __getitem__(self, vmid: int) -> SimVM:
        return self._vms[vmid]

    def named(self, name: str) -> SimVM:
        """The first valid VM of this display name. Raises ``KeyError``."""
        for vm in self:
            if vm.config is not None and vm.name == name:
                return vm
        raise KeyError(name)

    def find(self, text: str) -> SimVM:
        """The valid VM of this vmid or ``.vmx`` path. Raises the host's own faults."""
        vm = self.find_any(text)
        if vm.config is None:
            raise vim_fault("invalid-vm")
        return vm

    def find_any(self, text: str) -> SimVM:
        """As :meth:`find`, invalid VMs included."""
        for vm in self:
            if text in (str(vm.vmid), vm.place) or self._same_file(vm, text):
                return vm
        raise vim_fault("no-vm", text)

    def _same_file(self, vm: SimVM, text: str) -> bool:
        try:
            return text[:1] == "/" and self._host.path(text).resolve() == vm.file.resolve()
        except PermissionError:
            return False

    def register(self, where: str) -> SimVM:
        """Take up a VM by ``[datastore] path`` or absolute path.

        Raises ``NotFound`` for no such file, ``AlreadyExists`` for one that is registered.
        """
        place, file = self.place(where)
        if not file.is_file():
            raise vim_fault("no-file")
        if any(vm.file.resolve() == file.resolve() for vm in self):
            raise vim_fault("known-already", place, name=place)
        vm = SimVM(self.next_vmid, place, file, None)
        _load(vm)
        self.next_vmid += 1
        self._vms[vm.vmid] = vm
        return vm

    def place(self, where: str) -> tuple[str, Path]:
        """``[datastore] path`` and the file on this disk, from either way to write it."""
        store, inside = self._split(where)
        return f"[{store}] {inside}", self._host.path(f"/vmfs/volumes/{store}/{inside}")

    def _split(self, where: str) -> tuple[str, str]:
        for name, uuid in sorted(self._host.datastores.items(), key=lambda item: -len(item[0])):
            for head in (f"[{name}]", f"/vmfs/volumes/{name}/", f"/vmfs/volumes/{uuid}/"):
                if where.startswith(head):
                    return name, where.removeprefix(head).lstrip(" /")
        raise vim_fault("no-datastore", where, datastorePath=where)

    def forget(self, vm: SimVM) -> None:
        """Unregister; the files stay."""
        del self._vms[vm.vmid]

    def reload(self, vm: SimVM) -> None:
        """Read the file again. A running VM's configuration belongs to its own process, so
        nothing happens then. Raises the fault of a file that cannot be loaded."""
        if vm.power != "poweredOff" and vm.config is not None:
            return
        if wrong := _load(vm):
            self._host.log("hostd", f"Failed to load virtual machine {vm.place}: {wrong}")
            raise vim_fault("invalid-config", property="")

    def crash(self) -> None:
        """Every VM stops where it is, and hostd starts anew from the files."""
        for vm in self:
            ran = vm.power == "poweredOn"
            vm.power, vm.booted, vm.question = "poweredOff", None, None
            _load(vm)
            if vm.ft is not None and ran:
                vm.ft.lost(vm)

    def log(self, vm: SimVM, text: str) -> None:
        """Write a line to the VM's ``vmware.log``."""
        self._host.log("vmware", text, vm.file.parent / "vmware.log")


def _load(vm: SimVM) -> str:
    """Read the VM's file, which is invalid otherwise: gives what is wrong with it, or nothing."""
    try:
        vm.config = VmxFile(vm.file.read_bytes())
    except (OSError, BadVmx) as error:
        vm.config = None
        return str(error)
    return ""
