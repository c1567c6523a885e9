"""Snapshots of a VM: the one that is meant, and going back to it."""

from __future__ import annotations

from ftlab.engine.context import Context
from ftlab.errors import Refused
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.vm import snapshots
from ftlab.esxi.vm.snapshots import Snapshot
from ftlab.ops.vms.listing import change_of


def list_snapshots(context: Context, vm: VmEntry) -> list[Snapshot]:
    """All of them, parents first. Raises ``ParseError``."""
    return snapshots.parse_snapshots(context.ask(snapshots.build_get(vm.vmid)).out)


def find_snapshot(context: Context, vm: VmEntry, name: str) -> Snapshot:
    """The one snapshot of this name.

    Raises ``Refused``: ``snapshot.notfound``, ``snapshot.ambiguous``, or ``snapshot.id`` on a
    host of 4.x, which does not tell the number by which a snapshot is named to it.
    """
    listed = list_snapshots(context, vm)
    found = [each for each in listed if each.name == name]
    if not found:
        names = ", ".join(repr(each.name) for each in listed) or "none at all"
        raise _refused(vm, f"has no snapshot {name!r}", "notfound", f"it has {names}")
    if len(found) > 1:
        raise _refused(
            vm, f"has {len(found)} snapshots {name!r}", "ambiguous", "rename all but one"
        )
    if found[0].id is None:
        raise _refused(
            vm, f"is on a host that tells no snapshot ids ({name!r})", "id", "revert it by hand"
        )
    return found[0]


def _refused(vm: VmEntry, what: str, kind: str, hint: str) -> Refused:
    return Refused(f"VM {vm.name} (vmid {vm.vmid}) {what}", kind=f"snapshot.{kind}", hint=hint)


def revert(context: Context, vm: VmEntry, snapshot: Snapshot) -> None:
    """Go back to ``snapshot`` and stay off. What the VM was before is lost: no undo brings its
    disks back. Safe to repeat.

    A host does not tell which snapshot a VM is at; the proof is that it took the step without a
    fault and still lists the snapshot. What its VMX then says is read anew by the caller.
    """
    change = change_of(vm, "snapshot", None, snapshot.name)
    number = snapshot.id or 0

    def go() -> None:
        context.ask(snapshots.build_revert(vm.vmid, number))

    def listed(_: None) -> list[str | None]:
        names = {each.id: each.name for each in list_snapshots(context, vm)}
        return [names.get(number)]

    context.carry_out([change], do=go, prove=listed)
