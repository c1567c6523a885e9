"""``vm``: the virtual machines of the hosts, and their power."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.cli.fleet_task import fleet_task
from ftlab.cli.values import VM, VM_HELP, chosen, named, seconds

if TYPE_CHECKING:
    from ftlab.engine.report import Report
    from ftlab.lab.lab import Lab


@fleet_task(example="ftlab vm.list -l vesxi01", help=VM_HELP, iterable=["vm"])
def list_(lab: Lab, vm: VM = None) -> Report:
    """List the registered VMs (or those named)."""
    return lab.list_vms(chosen(vm))


@fleet_task(
    example="ftlab vm.power-on --vm app01 --limit vesxi01",
    help=VM_HELP,
    iterable=["vm"],
    powers_on=True,
)
def power_on(lab: Lab, vm: VM = None) -> Report:
    """Power VMs on, and read their state back."""
    return lab.power_on(named(vm))


@fleet_task(
    example="ftlab vm.power-off --vm 'db*' --guest-wait 120",
    help={**VM_HELP, "guest_wait": "seconds the guest gets to shut down (60); 0: hard at once"},
    iterable=["vm"],
)
def power_off(lab: Lab, vm: VM = None, guest_wait: str = "60") -> Report:
    """Power VMs off: the guest is asked first, then the power goes."""
    return lab.power_off(named(vm), guest_wait=seconds("--guest-wait", guest_wait))


@fleet_task(example="ftlab vm.reload --vm db01", help=VM_HELP, iterable=["vm"])
def reload(lab: Lab, vm: VM = None) -> Report:
    """Have the host read the VMX files again; --vm vmid:12 also of a VM that it calls invalid."""
    return lab.reload_vms(named(vm))


@fleet_task(
    example="ftlab vm.answer --vm db01 --choice 2",
    help={**VM_HELP, "choice": "the number of the answer; without it the question is shown"},
    iterable=["vm"],
)
def answer(lab: Lab, vm: VM = None, choice: str | None = None) -> Report:
    """Show the question that holds a VM up, or answer it."""
    return lab.answer_question(named(vm), choice)
