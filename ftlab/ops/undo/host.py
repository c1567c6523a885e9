"""``lab.undo`` on one host: exactly what a run changed there, newest first, and only where the host
still has what the run left. What the run itself has put back stays as it is. A VMX whose bytes are
still the run's gets its old bytes back; one that has changed since (a host rewrites VMX files
itself) gets its old values back, key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field

from ftlab.engine.context import Context
from ftlab.errors import NotApplicable, Refused
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.options.option import coerce
from ftlab.facts.noted import NotedFacts
from ftlab.frozen import frozen
from ftlab.journal import JournalChange, setting_of
from ftlab.model import Change
from ftlab.ops import advopt
from ftlab.ops.files import remote
from ftlab.ops.run_command import TARGET
from ftlab.ops.settings import engine
from ftlab.ops.undo.net_change import NetChange, net_changes_of
from ftlab.ops.undo.setting import is_once, undo_setting
from ftlab.ops.undo.vm import UndoVm
from ftlab.ops.vms.listing import find_vms

UNDOABLE = frozenset({"intended", "applied", "verified", "failed"})
"""The states of changes that are not undone yet."""
Entries = Mapping[str, tuple[JournalChange, ...]]
"""By host: changes, oldest first."""
_SWITCHED = frozenset({"on", "off"})
_ALONE = frozenset({"advopt", engine.TARGET, remote.TARGET})
"""Targets of settings that are undone one by one; the others are a VM's, which hang together."""
_KNOWN = _ALONE | {"vmx", "power", "reload", "hostkey"}
_FORCE = "--force puts the old values back all the same"
_HINTS = {"vm.powered_on": "power the VM off first, then run lab.undo again"}
"""By kind: hints other than the error's own, which is for the tasks that edit."""


@frozen
class UndoRun:
    """``lab.undo``: ``entries`` are each host's changes of the run, ``later`` those of the runs
    after it. If it is an undo itself, ``reopens`` are the changes that it took back.

    ``force`` puts the old value back even where someone changed it since.
    """

    entries: Entries
    force: bool = False
    later: Entries = field(default_factory=dict)
    reopens: Entries = field(default_factory=dict)
    changes = True

    def on(self, context: Context) -> NotedFacts:
        own = self.entries.get(context.host, ())
        mine = [e for e in own if e.state in UNDOABLE]
        context.in_hand.update(vms_of(own))  # also those that an undo cut short has left off
        refused: list[Refused] = []
        for unit in _newest_first(mine):
            try:
                self._undo(context, unit)
            except Refused as error:
                refused.append(error)
                continue
            if not context.check:
                self._settle(context, unit)
        if refused:
            raise Refused(
                "not undone: " + "; ".join(error.message for error in refused),
                kind="undo.changed",
                hint="; ".join(
                    dict.fromkeys(_HINTS.get(e.kind, e.hint or _FORCE) for e in refused)
                ),
            )
        return {}

    def _undo(self, context: Context, unit: Sequence[JournalChange]) -> None:
        context.notes.extend(reason for entry in unit if (reason := _irreversible(entry)))
        later = reversed(self.later.get(context.host, ()))
        net_changes = net_changes_of(unit, {setting_of(entry.change): entry for entry in later})
        found = [net for net in net_changes.values() if not net.is_none]
        if not found:
            return
        target = found[0].change.target
        if any(map(is_once, unit)):
            return
        if target == "advopt":
            _undo_option(context, found[0], force=self.force)
        elif target == engine.TARGET:
            cut = self._was_cut_since(context, found[0].change)
            undo_setting(context, found[0], unit, force=self.force, cut=cut)
        elif target == remote.TARGET:
            undo_file(context, found[0], unit, force=self.force)
        elif any(_restorable(each.change) for each in found):
            vm = _vm_of(context, found[0].change)
            UndoVm(context, vm, unit, tuple(found), self.force).do()

    def _was_cut_since(self, context: Context, change: Change) -> bool:
        """Whether a later run, such as an undo of this one, may have come only halfway there."""
        return any(
            setting_of(entry.change) == setting_of(change) and entry.state != "verified"
            for entry in self.later.get(context.host, ())
        )

    def _settle(self, context: Context, unit: Sequence[JournalChange]) -> None:
        done = [entry for entry in unit if not _irreversible(entry)]
        settings = {setting_of(entry.change) for entry in done}
        again = [
            (entry.id, "verified" if entry.change.verified else "failed", entry.change)
            for entry in self.reopens.get(context.host, ())
            if entry.state == "undone" and setting_of(entry.change) in settings
        ]
        context.recorder.settle([*((e.id, "undone", e.change) for e in done), *again])


_STAYS: Mapping[str, Callable[[Change], str]] = {
    TARGET: lambda change: f"what this command did stays done: {change.after}",
    "question": lambda change: f"the answer given to VM {change.vm} stays given",
    "snapshot": lambda change: (
        f"VM {change.vm} stays at snapshot {change.after}: what its disks held before is gone"
    ),
    "ft": lambda change: (
        f"the secondary of VM {change.vm} is left alone: it ends with its primary, or in vCenter"
    ),
}
"""By target: what is said of a change that no undo can take back."""


def _irreversible(entry: JournalChange) -> str | None:
    """Why no undo takes this change back; ``None`` if one does."""
    change = entry.change
    if is_once(entry):
        return f"{change.path} stays {change.after!r}: what was there before is gone for good"
    if words := _STAYS.get(change.target):
        return words(change)
    if change.target == "power" and change.before not in _SWITCHED:
        return f"VM {change.vm} stays {change.after}: a {change.before} state cannot be restored"
    if change.target not in _KNOWN:
        return f"{change.path or change.target} stays {change.after}: ftlab cannot undo that"
    return None


def _restorable(change: Change) -> bool:
    """Whether a VM's value is one that can be restored: its VMX, or its power on or off."""
    return change.target == "vmx" or (change.target == "power" and change.before in _SWITCHED)


def vms_of(entries: Iterable[JournalChange]) -> set[str]:
    """The VMs that they are about, by VMX path."""
    return {e.change.path or "" for e in entries if e.change.target in {"vmx", "power"}}


def _newest_first(entries: Sequence[JournalChange]) -> list[list[JournalChange]]:
    """What is undone together, in this order: one setting, or all of a VM."""
    units: dict[tuple[str, str], list[JournalChange]] = {}
    for entry in reversed(entries):
        setting = setting_of(entry.change)
        alone = setting.target if setting.target in _ALONE else ""
        name = alone, setting.path or setting.vm
        units.setdefault(name, []).insert(0, entry)
    return list(units.values())


def _undo_option(context: Context, net: NetChange, *, force: bool) -> None:
    change = net.change
    option = advopt.read_option(context, change.path or "")
    if option.value == change.before or change.before is None:
        return
    if option.value not in net.left and not force:
        raise Refused(
            f"{change.path} is {option.value!r} now, the run had left {net.left[0]!r}",
            kind="undo.changed",
        )
    advopt.write_option(context, option, coerce(option, change.before))


def _vm_of(context: Context, change: Change) -> VmEntry:
    """The VM by its VMX path: a vmid is given anew when a VM is registered again."""
    try:
        return find_vms(context, (change.path or f"vmid:{change.vmid}",))[0]
    except NotApplicable as error:
        raise Refused(
            f"VM {change.vm} ({change.path}) is no longer registered",
            kind="undo.changed",
            hint="register it again under that path, then run lab.undo again",
        ) from error


def undo_file(
    context: Context, net: NetChange, entries: Sequence[JournalChange], *, force: bool
) -> None:
    """Put back what was there, from its backup, or take the file away that was not there; nothing
    where that is so already. Raises ``Refused`` (``undo.changed``) unless the file is what the run
    left, or with ``force``; ``undo.backup`` where the backup cannot serve."""
    path = net.change.path or ""
    now = remote.look(context, path)
    if now.digest == net.before:
        return
    if now.digest not in net.left and not force:
        raise Refused(f"{path} has been changed since", kind="undo.changed", path=path)
    if net.before is None:
        remote.remove(context, now)
        return
    backup = next((str(e.extra["backup"]) for e in entries if e.extra.get("backup")), "")
    if not backup:
        raise Refused(
            f"the run has taken {path} away, and there is no backup of it",
            kind="undo.backup",
            hint="ftlab fleet.copy puts a file there",
            path=path,
        )
    remote.restore(context, now, backup, str(net.before))
