"""Taking a run back: exactly what it changed, newest first, and only where the host still has
what the run left. A VMX whose bytes are still the run's gets its old bytes back; one that has
changed since (a host rewrites VMX files itself) gets its old values back, key by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftlab.errors import NotApplicable, Refused
from ftlab.esxi import files
from ftlab.esxi.advopt import coerce
from ftlab.esxi.vmlist import VmEntry
from ftlab.journal import JournalChange
from ftlab.model import Change
from ftlab.ops import advopt, power, vmx, vmxfile
from ftlab.ops.context import Context
from ftlab.ops.vms import find_vms

_UNDOABLE = ("intended", "applied", "verified", "failed")


@dataclass(frozen=True)
class UndoRun:
    """``lab.undo``: ``entries`` are each host's changes of the run, oldest first.

    ``force`` puts the old value back even where someone changed it since.
    """

    entries: Mapping[str, tuple[JournalChange, ...]]
    force: bool = False
    changes = True

    def on(self, context: Context) -> Mapping[str, Any]:
        mine = [e for e in self.entries.get(context.host, ()) if e.state in _UNDOABLE]
        refused: list[str] = []
        for group in _newest_first(mine):
            try:
                self._undo(context, group)
            except Refused as error:
                refused.append(error.message)
                continue
            if not context.check:
                context.recorder.settle([(e.id, "undone", e.change) for e in group])
        if refused:
            raise Refused(
                "not undone: " + "; ".join(refused),
                kind="undo.changed",
                hint="--force puts the old values back all the same",
            )
        return {}

    def _undo(self, context: Context, group: Sequence[JournalChange]) -> None:
        target = group[0].change.target
        if target == "vmx":
            _undo_vmx(context, group, force=self.force)
        elif target == "advopt":
            _undo_option(context, group[0].change, force=self.force)
        elif target == "power":
            _undo_power(context, group[0].change)
        elif target == "question":
            context.notes.append(f"the answer given to VM {group[0].change.vm} stays given")
        elif target == "snapshot":
            context.notes.append(
                f"VM {group[0].change.vm} stays at snapshot {group[0].change.after}: "
                "what its disks held before is gone"
            )


def _newest_first(entries: Sequence[JournalChange]) -> list[list[JournalChange]]:
    """Groups to undo in this order; the keys of one VMX write belong together."""
    groups: list[list[JournalChange]] = []
    for entry in reversed(entries):
        backup = entry.extra.get("backup")
        if groups and backup and groups[-1][0].extra.get("backup") == backup:
            groups[-1].insert(0, entry)
        else:
            groups.append([entry])
    return groups


def _undo_option(context: Context, change: Change, *, force: bool) -> None:
    option = advopt.read_option(context, change.path or "")
    if option.value == change.before or change.before is None:
        return
    if option.value != change.after and not force:
        raise Refused(
            f"{change.path} is {option.value!r} now, the run had left {change.after!r}",
            kind="undo.changed",
        )
    advopt.write_option(context, option, coerce(option, change.before))


def _vm_of(context: Context, change: Change) -> VmEntry:
    """The VM by its VMX path: a vmid is given anew when a VM is registered again."""
    try:
        return find_vms(context, (change.path or f"vmid:{change.vmid}",))[0]
    except NotApplicable as error:
        raise Refused(
            f"VM {change.vm} ({change.path}) is no longer registered", kind="undo.changed"
        ) from error


def _undo_power(context: Context, change: Change) -> None:
    vm = _vm_of(context, change)
    if change.before == "on":
        power.power_on(context, vm)
    elif change.before == "off":
        power.power_off(context, vm)


def _undo_vmx(context: Context, group: Sequence[JournalChange], *, force: bool) -> None:
    state = vmx.read_state(context, _vm_of(context, group[0].change))
    extra = group[0].extra
    _sweep(context, group)
    now = vmxfile.digest(context, state.file.data)
    if now == extra.get("before_digest"):
        return
    wishes = tuple((entry.change.key or "", entry.change.before) for entry in group)
    vmx.refuse_running(state, wishes, power_cycle=False)
    if now == extra.get("after_digest"):
        old = vmxfile.copy_back(context, str(extra["backup"]))
        if vmxfile.digest(context, old) == extra["before_digest"]:
            vmx.restore(context, state, wishes, old)
            return
    _check_keys(state, group, force=force)
    vmx.grant(context, state, wishes, power_cycle=False)


def _sweep(context: Context, group: Sequence[JournalChange]) -> None:
    """Remove what a run that died while it wrote may have left beside the VMX. Its backup stays,
    as every run's does."""
    backup = group[0].extra.get("backup")
    if backup and not context.check and any(entry.state == "intended" for entry in group):
        context.ask(files.build_remove(vmxfile.temporary_path(str(backup))))


def _check_keys(state: vmx.VmState, group: Sequence[JournalChange], *, force: bool) -> None:
    """Every key must still be what the run left, or be back already."""
    document = state.file.document
    for entry in group:
        change = entry.change
        now = document.get(change.key or "")
        if not force and not vmx.same(now, change.after) and not vmx.same(now, change.before):
            raise Refused(
                f"{change.vm}: {change.key} is {now!r} now, the run had left {change.after!r}",
                kind="undo.changed",
            )
