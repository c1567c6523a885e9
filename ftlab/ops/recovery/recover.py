"""Around every job that changes hosts: what earlier runs have left there is finished, or said."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.errors import CommandTimeout, HostdDown, HostError, Lost, Refused
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.facts.noted import NotedFacts
from ftlab.frozen import frozen
from ftlab.journal import JournalChange
from ftlab.journal.leftovers import is_owed
from ftlab.ops.recovery.settings import SETTINGS
from ftlab.ops.recovery.strays import remove_strays
from ftlab.ops.recovery.vmx import recover_file, strays_of
from ftlab.ops.vms.listing import list_vms
from ftlab.ops.vms.power_on import power_on, state_of
from ftlab.ops.vms.questions import held_up_by

_FILES = frozenset({"vmx", "reload"})


@frozen
class Recover:
    """Implements :class:`ftlab.engine.terms.leftovers.Recovery`."""

    def before(self, context: Context) -> None:
        """Files and options, on the whole host. A VM that is off for a while stays off: the job
        may have something to do on it that needs that."""
        vms = _registered(context)
        for (target, path, _), left in _groups(context.left).items():
            try:
                _see_to(context, target, vms.get(path), left)
            except (Lost, CommandTimeout, HostdDown):
                raise
            except HostError as error:  # it keeps nobody from anything else
                what = f"{path}: what run {left[0].run} left cannot be finished"
                context.notes.append(f"{what}: {error}")

    def after(self, context: Context) -> None:
        """The power of the VMs that the job was about: on again, unless the job, or somebody
        else, has seen to that."""
        owed = [e for e in context.left if is_owed(e) and e.change.path in context.in_hand]
        vms = _registered(context) if owed else {}
        for entry in owed:
            vm = vms.get(entry.change.path or "")
            if vm is not None:
                _bring_back(context, vm, entry)


def _registered(context: Context) -> dict[str, VmEntry]:
    """The host's VMs by their VMX; what is to be said of invalid ones is for the job to say."""
    before = len(context.notes)
    found = {vm.path: vm for vm in list_vms(context).vms}
    del context.notes[before:]
    return found


def _groups(left: Sequence[JournalChange]) -> dict[tuple[str, str, str], list[JournalChange]]:
    """What belongs together: one run's changes to a VMX, to an option, or to a VM's power."""
    groups: dict[tuple[str, str, str], list[JournalChange]] = {}
    for entry in left:
        target = "vmx" if entry.change.target in _FILES else entry.change.target
        groups.setdefault((target, entry.change.path or "", entry.run), []).append(entry)
    return groups


def _see_to(
    context: Context, target: str, vm: VmEntry | None, left: Sequence[JournalChange]
) -> None:
    """One group. What is left on a VM that is not registered now waits until it is."""
    if target in SETTINGS:
        SETTINGS[target](context, left)
    elif target == "power" and vm is not None:
        _power(context, vm, left)
    elif target == "vmx" and vm is not None:
        recover_file(context, vm, left)
    elif target == "vmx":
        remove_strays(context, left[0].run, strays_of(left, backup=False))
    elif target != "power":
        change, run = left[-1].change, left[-1].run
        what = f"{change.target} of {change.vm or change.path or change.after}"
        context.notes.append(f"nobody saw the end of run {run}'s {what}")
        context.resolve(left)


def _power(context: Context, vm: VmEntry, left: Sequence[JournalChange]) -> None:
    """Whether the VM is what the last step was to make it; a VM that is owed its power waits, and
    so does one whose step waits for an answer."""
    steps = [entry for entry in left if not is_owed(entry)]
    if not steps:
        return
    now, change, run = state_of(context, vm.vmid), steps[-1].change, steps[-1].run
    if now == change.after:
        context.resolve(steps, "verified")
    elif (question := held_up_by(context, vm.vmid)) is not None:
        context.notes.append(f"{vm.name} is {now}, and waits for an answer: {question.text}")
    else:
        context.notes.append(f"{vm.name} is {now}: run {run} was to bring it {change.after}")
        context.resolve(steps, "failed")


def _bring_back(context: Context, vm: VmEntry, entry: JournalChange) -> None:
    now = state_of(context, vm.vmid)
    if now == "off":
        power_on(context, vm, state="off")
        again = "would come up again" if context.check else "is on again"
        context.notes.append(f"{vm.name} {again}: run {entry.run} had taken it down for a while")
    if now != "suspended":
        context.resolve_power(vm.path)


@frozen
class RecoverHost:
    """``lab.recover``: nothing but that, for all VMs. What cannot be finished is a failure."""

    changes = True

    def on(self, context: Context) -> NotedFacts:
        context.in_hand.update(entry.change.path or "" for entry in context.left)
        Recover().after(context)
        if context.left:
            raise Refused(
                "not all of it can be finished here",
                kind="recover.left",
                hint="look at the host; ftlab lab.undo RUN takes the run back, if that is meant",
            )
        return {}
