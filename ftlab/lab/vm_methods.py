"""VMs, their power and their VMX keys, as methods of ``Lab``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ftlab.engine.report import Report
from ftlab.lab.names import VmNames, listed, needed
from ftlab.lab.opened import OnOpenLab


class VmMethods(OnOpenLab):
    """``vm`` is a name, a glob, ``[datastore] dir/file.vmx`` or ``vmid:12``, or several of them;
    ``UsageError`` for none."""

    def list_vms(self, vm: VmNames = ()) -> Report:
        """The registered VMs, or those named."""
        from ftlab.ops.vms.listing import ListVms

        return self._lab.run("vm.list", ListVms(listed(vm)))

    def power_on(self, vm: VmNames) -> Report:
        """Power VMs on, and read their state back."""
        from ftlab.ops.vms.power import PowerOn

        names = needed(vm)
        return self._lab.run("vm.power-on", PowerOn(names), {"vm": list(names)})

    def power_off(self, vm: VmNames, *, guest_wait: float = 60.0) -> Report:
        """Power VMs off: the guest is asked first, and gets so many seconds."""
        from ftlab.ops.vms.power import PowerOff

        names = needed(vm)
        return self._lab.run("vm.power-off", PowerOff(names, guest_wait), {"vm": list(names)})

    def reload_vms(self, vm: VmNames) -> Report:
        """Have the hosts read the VMX files again."""
        from ftlab.ops.vms.reload import Reload

        names = needed(vm)
        return self._lab.run("vm.reload", Reload(names), {"vm": list(names)})

    def answer_question(self, vm: VmNames, choice: str | int | None = None) -> Report:
        """Show the question that holds a VM up; with a ``choice``, answer it."""
        from ftlab.ops.vms.questions import QuestionAnswer

        names = needed(vm)
        job = QuestionAnswer(names, None if choice is None else str(choice))
        return self._lab.run("vm.answer", job, {"vm": list(names)})

    def get_vmx(self, vm: VmNames, key: VmNames = ()) -> Report:
        """Keys of the VMs' VMX files; all, if none is named."""
        from ftlab.ops.vmx.keys import GetKeys

        keys = (key,) if isinstance(key, str) else tuple(key)
        return self._lab.run("vmx.get", GetKeys(needed(vm), keys))

    def set_vmx(
        self,
        vm: VmNames,
        keys: Mapping[str, str] | Sequence[tuple[str, str]],
        *,
        power_cycle: bool = False,
    ) -> Report:
        """Set keys, reload the VMs, and verify them by what hostd then has. ``power_cycle``: a
        running VM is shut down for it and started again; otherwise it is refused."""
        from ftlab.ops.vmx.keys import EditKeys

        names = needed(vm)
        wanted = tuple(keys.items() if isinstance(keys, Mapping) else keys)
        args = {"vm": list(names), "keys": [key for key, _ in wanted]}
        return self._lab.run("vmx.set", EditKeys(names, wanted, power_cycle), args)

    def unset_vmx(self, vm: VmNames, key: VmNames, *, power_cycle: bool = False) -> Report:
        """Remove keys, as :meth:`set_vmx` sets them."""
        from ftlab.ops.vmx.keys import EditKeys

        names, keys = needed(vm), (key,) if isinstance(key, str) else tuple(key)
        job = EditKeys(names, tuple((each, None) for each in keys), power_cycle)
        return self._lab.run("vmx.unset", job, {"vm": list(names), "keys": list(keys)})
