"""Powering VMs off, and the jobs behind ``vm.power-on`` and ``vm.power-off``.
After every power step the state is read again: a host may say *failed* of one that it took."""

from __future__ import annotations

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, HostError
from ftlab.esxi import faults
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.vm import power
from ftlab.facts.noted import NotedFacts
from ftlab.frozen import frozen
from ftlab.journal.leftovers import COMES_BACK
from ftlab.ops.vms.listing import about, change_of, find_vms
from ftlab.ops.vms.power_on import power_on, state_of
from ftlab.ops.vms.questions import held_up_by, pending

GUEST_WAIT = 60.0  # seconds that a guest gets to shut itself down
_SETTLE = 15.0  # seconds for a state to show after the host accepted the step
_STEP = 0.5  # seconds between two looks


def watched(context: Context, vmid: int, wanted: str, seconds: float) -> str:
    """:func:`wait_for` after a step was sent: a state that cannot be read leaves it in doubt."""
    try:
        return wait_for(context, vmid, wanted, seconds)
    except HostError as error:
        raise error.leaving_in_doubt() from None


def wait_for(context: Context, vmid: int, wanted: str, seconds: float) -> str:
    """Look until the VM is in state ``wanted`` or ``seconds`` are over; the last state seen."""
    end = context.clock() + seconds
    state = state_of(context, vmid)
    while state != wanted and context.clock() < end:
        context.sleep(_STEP)
        state = state_of(context, vmid)
    return state


def power_off(
    context: Context,
    vm: VmEntry,
    guest_wait: float = GUEST_WAIT,
    state: str | None = None,
    *,
    for_a_while: bool = False,
) -> None:
    """Bring one VM down: the guest is asked first and has ``guest_wait`` seconds, then the
    power goes. ``guest_wait`` 0 skips the guest. What a suspended VM had in memory is lost, and
    a note says so. ``for_a_while``: it is to come up again, which the next run sees to if this
    one does not get that far. Safe to repeat."""
    before = state or state_of(context, vm.vmid)
    if before == "suspended":
        context.notes.append(f"VM {vm.name} is suspended: powering it off discards its memory")
    change = change_of(vm, "power", before, "off")
    try:
        context.carry_out(
            [change] if before != "off" else [],
            do=lambda: _down(context, vm, guest_wait if before == "on" else 0),
            prove=lambda _: [watched(context, vm.vmid, "off", 0)],
            extra={COMES_BACK: before} if for_a_while else {},
        )
    except HostError as error:
        if for_a_while and before == "on" and error.leaves_in_doubt:
            tell_off(context, vm, error, "may be")
        raise
    if not for_a_while:
        context.resolve_power(vm.path)


def tell_off(context: Context, vm: VmEntry, error: HostError, how: str = "is") -> None:
    """Note that a VM was to come up again and did not, and how to bring it up."""
    context.notes.append(
        f"{vm.name} was on before and {how} off now ({error}): "
        f"ftlab vm.power-on --vm vmid:{vm.vmid} --limit {context.host}"
    )


def _down(context: Context, vm: VmEntry, guest_wait: float) -> None:
    if guest_wait > 0:
        asked = context.session.run(power.build_shutdown(vm.vmid))
        if faults.find_fault(asked) is None:
            with context.waiting(f"waits for the guest of {vm.name} to shut down", guest_wait):
                state = watched(context, vm.vmid, "off", guest_wait)
            if state == "off":
                return
        context.notes.append(
            f"VM {vm.name}: the guest did not shut down, so it was powered off hard"
        )
    _cut(context, vm)


def _cut(context: Context, vm: VmEntry) -> None:
    """The power goes. An error in the answer counts only if the state does not follow."""
    command = power.build_off(vm.vmid)
    error = faults.find_fault(context.session.run(command))
    with context.waiting(f"waits for {vm.name} to be off", _SETTLE):
        state = watched(context, vm.vmid, "off", 0 if error else _SETTLE)
    if state == "off":
        return
    question = held_up_by(context, vm.vmid)
    if question is not None:
        raise pending(context, vm, question)
    if error is not None:
        raise about(vm.name, error)
    raise CommandFailed(f"{command} was accepted, but VM {vm.name} is not off after {_SETTLE:g} s")


@frozen
class PowerOn:
    """``vm.power-on``."""

    vm: tuple[str, ...]
    changes = True

    def on(self, context: Context) -> NotedFacts:
        for vm in find_vms(context, self.vm):
            power_on(context, vm)
        return {}


@frozen
class PowerOff:
    """``vm.power-off``: guest first, then hard."""

    vm: tuple[str, ...]
    guest_wait: float = GUEST_WAIT
    changes = True

    def on(self, context: Context) -> NotedFacts:
        for vm in find_vms(context, self.vm):
            power_off(context, vm, self.guest_wait)
        return {}
