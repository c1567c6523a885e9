"""``vm``: the virtual machines of the hosts, and their power."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.cli.fleet_task import fleet_task
from ftlab.cli.values import VM, VM_HELP, chosen, named, seconds

if TYPE_CHECKING:
    from ftlab.engine.lab import Lab
    from ftlab.engine.report import Report


@fleet_task(example="ftlab vm.list -l vesxi01", help=VM_HELP, iterable=["vm"])
def list_(lab: Lab, vm: VM = None) -> Report:
    """List the registered VMs (or those named)."""
    from ftlab.ops.vms.listing import ListVms

    return lab.run("vm.list", ListVms(chosen(vm)))


@fleet_task(
    example="ftlab vm.power-on --vm app01 --limit vesxi01",
    help=VM_HELP,
    iterable=["vm"],
    powers_on=True,
)
def power_on(lab: Lab, vm: VM = None) -> Report:
    """Power VMs on, and read their state back."""
    from ftlab.ops.vms.power import PowerOn

    return lab.run("vm.power-on", PowerOn(named(vm)), {"vm": list(named(vm))})


@fleet_task(
    example="ftlab vm.power-off --vm 'db*' --guest-wait 120",
    help={**VM_HELP, "guest_wait": "seconds the guest gets to shut down (60); 0: hard at once"},
    iterable=["vm"],
)
def power_off(lab: Lab, vm: VM = None, guest_wait: str = "60") -> Report:
    """Power VMs off: the guest is asked first, then the power goes."""
    from ftlab.ops.vms.power import PowerOff

    job = PowerOff(named(vm), seconds("--guest-wait", guest_wait))
    return lab.run("vm.power-off", job, {"vm": list(named(vm))})


@fleet_task(example="ftlab vm.reload --vm db01", help=VM_HELP, iterable=["vm"])
def reload(lab: Lab, vm: VM = None) -> Report:
    """Have the host read the VMX files again; --vm vmid:12 also of a VM that it calls invalid."""
    from ftlab.ops.vms.reload import Reload

    return lab.run("vm.reload", Reload(named(vm)), {"vm": list(named(vm))})


@fleet_task(
    example="ftlab vm.answer --vm db01 --choice 2",
    help={**VM_HELP, "choice": "the number of the answer; without it the question is shown"},
    iterable=["vm"],
)
def answer(lab: Lab, vm: VM = None, choice: str | None = None) -> Report:
    """Show the question that holds a VM up, or answer it."""
    from ftlab.ops.vms.questions import QuestionAnswer

    return lab.run("vm.answer", QuestionAnswer(named(vm), choice), {"vm": list(named(vm))})
