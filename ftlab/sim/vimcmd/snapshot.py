"""``vim-cmd`` on snapshots, with the hosts' own misspelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.vms import power
from ftlab.sim.vms.faults import not_found
from ftlab.sim.vms.vm import SimVM, Snapshot
from ftlab.sim.vms.vmx_file import VmxFile

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost

_YES = ("1", "true")
_STATES = {"poweredOn": "powered on", "poweredOff": "powered off", "suspended": "suspended"}


def get(host: SimHost, args: Sequence[str]) -> Answer:
    vm = host.vms.find(args[0])
    return say("Get Snapshot:\n" + "".join(_shown(host, vm.snapshots, 0)))


def _shown(host: SimHost, level: list[Snapshot], depth: int) -> Iterator[str]:
    """Every level is two dashes further in; 4.x has no Id line; times are not zero padded."""
    lead, title = "--" * depth, "CHILD" if depth else "ROOT"
    for snapshot in level:
        at = snapshot.created
        when = f"{at.month}/{at.day}/{at.year} {at.hour}:{at.minute}:{at.second}"
        dash = lead + "--"
        yield f"{lead}|-{title}\n"
        yield f"{dash}Snapshot Name        : {snapshot.name}\n"
        if host.release.number >= (5, 0, 0):
            yield f"{dash}Snapshot Id        : {snapshot.id}\n"
        yield f"{dash}Snapshot Desciption  : {snapshot.description}\n"
        yield f"{dash}Snapshot Created On  : {when}\n"
        yield f"{dash}Snapshot State       : {_STATES[snapshot.power]}\n"
        yield from _shown(host, snapshot.children, depth + 1)


def create(host: SimHost, args: Sequence[str]) -> Answer:
    """``snapshot.create VMID [NAME] [DESCRIPTION] [MEMORY] [QUIESCE]``."""
    vm = host.vms.find(args[0])
    name, description = _word(args, 1), _word(args, 2)
    fresh = Snapshot(1 + max((s.id for s in _all(vm.snapshots)), default=0), name, description,
                     host.lab.now(), vm.power, vm.loaded.to_bytes())  # fmt: skip
    parent = _of_id(vm, vm.current_snapshot)
    (parent.children if parent else vm.snapshots).append(fresh)
    vm.current_snapshot = fresh.id
    return say("Create Snapshot:\n")


def revert(host: SimHost, args: Sequence[str]) -> Answer:
    """``snapshot.revert VMID SNAPSHOT SUPPRESS_POWER_ON``: configuration and power as saved; a
    third argument of 1 leaves the VM off."""
    vm = host.vms.find(args[0])
    chosen = _chosen(vm, args)
    if vm.power != "poweredOff":
        power.power_off(host, vm)
    vm.config = VmxFile(chosen.saved)
    vm.file.write_bytes(chosen.saved)
    vm.current_snapshot = chosen.id
    if chosen.power == "poweredOn" and _word(args, 2) not in _YES:
        power.power_on(host, vm)
    return say("Revert Snapshot:\n" + "".join(_shown(host, vm.snapshots, 0)))


def remove(host: SimHost, args: Sequence[str]) -> Answer:
    """``snapshot.remove VMID SNAPSHOT [REMOVE_CHILDREN]``."""
    vm = host.vms.find(args[0])
    gone = _chosen(vm, args)
    keep = [] if _word(args, 2) in _YES else gone.children
    _replace(vm.snapshots, gone, keep)
    if _of_id(vm, vm.current_snapshot) is None:
        vm.current_snapshot = None
    return say("Remove Snapshot:\n")


def remove_all(host: SimHost, args: Sequence[str]) -> Answer:
    vm = host.vms.find(args[0])
    vm.snapshots.clear()
    vm.current_snapshot = None
    return say("Remove All Snapshots:\n")


def _word(args: Sequence[str], place: int) -> str:
    return args[place] if len(args) > place else ""


def _chosen(vm: SimVM, args: Sequence[str]) -> Snapshot:
    """By identifier; 4.x counts level and index instead, of which one root is known here."""
    text = _word(args, 1)
    found = _of_id(vm, int(text)) if text.isdecimal() else None
    if found is None:
        raise not_found(text)
    return found


def _of_id(vm: SimVM, wanted: int | None) -> Snapshot | None:
    return next((s for s in _all(vm.snapshots) if s.id == wanted), None)


def _all(level: list[Snapshot]) -> Iterator[Snapshot]:
    for snapshot in level:
        yield snapshot
        yield from _all(snapshot.children)


def _replace(level: list[Snapshot], gone: Snapshot, by: list[Snapshot]) -> None:
    if gone in level:
        place = level.index(gone)
        level[place : place + 1] = by
        return
    for snapshot in level:
        _replace(snapshot.children, gone, by)
