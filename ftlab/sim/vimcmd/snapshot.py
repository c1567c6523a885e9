"""``vim-cmd`` on snapshots, with the hosts' own misspelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms import power
from ftlab.sim.vms.faults import not_found
from ftlab.sim.vms.vm import SimVM, Snapshot
from ftlab.sim.vms.vmx_file import VmxFile

_YES = ("1", "true")
_IDS = (5, 0, 0)
"""Since when snapshots have identifiers."""
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
        if host.release.number >= _IDS:
            yield f"{dash}Snapshot Id        : {snapshot.id}\n"
        yield f"{dash}Snapshot Desciption  : {snapshot.description}\n"
        yield f"{dash}Snapshot Created On  : {when}\n"
        yield f"{dash}Snapshot State       : {_STATES[snapshot.power]}\n"
        yield from _shown(host, snapshot.children, depth + 1)


def create(host: SimHost, args: Sequence[str]) -> Answer:
    """``snapshot.create VMID [NAME] [DESCRIPTION] [MEMORY] [QUIESCE]``; no number comes twice."""
    vm = host.vms.find(args[0])
    vm.last_snapshot += 1
    fresh = Snapshot(vm.last_snapshot, _word(args, 1), _word(args, 2), host.lab.now(), vm.power,
                     vm.loaded.to_bytes())  # fmt: skip
    parent = _of_id(vm, vm.current_snapshot)
    (parent.children if parent else vm.snapshots).append(fresh)
    vm.current_snapshot = fresh.id
    return say("Create Snapshot:\n")


def revert(host: SimHost, args: Sequence[str]) -> Answer:
    """Configuration and power as saved; with ``suppressPowerOn`` the VM is left off."""
    vm = host.vms.find(args[0])
    chosen, stay_off = _chosen(host, vm, args)
    if vm.power != "poweredOff":
        power.power_off(host, vm)
    vm.config = VmxFile(chosen.saved)
    vm.file.write_bytes(chosen.saved)
    vm.current_snapshot = chosen.id
    if chosen.power == "poweredOn" and not stay_off:
        power.power_on(host, vm)
    return say("Revert Snapshot:\n" + "".join(_shown(host, vm.snapshots, 0)))


def remove(host: SimHost, args: Sequence[str]) -> Answer:
    """What is left is shown (seen on 5.x)."""
    vm = host.vms.find(args[0])
    gone, with_children = _chosen(host, vm, args)
    parent = next((s.id for s in _all(vm.snapshots) if gone in s.children), None)
    _replace(vm.snapshots, gone, [] if with_children else gone.children)
    if _of_id(vm, vm.current_snapshot) is None:
        vm.current_snapshot = parent
    return say("Remove Snapshot:\n" + "".join(_shown(host, vm.snapshots, 0)))


def remove_all(host: SimHost, args: Sequence[str]) -> Answer:
    vm = host.vms.find(args[0])
    vm.snapshots.clear()
    vm.current_snapshot = None
    return say("Remove All Snapshots:\n")


def usage(host: SimHost, command: str) -> str:
    """What too few words are answered with, where that is published."""
    old = host.release.number < _IDS
    forms = {
        "create": "vmid [snapshotName] [snapshotDescription] [includeMemory] [quiesced]",
        "remove": "vmid [removeChildren] [snapshotLevel] [snapshotIndex]" if old
        else "vmid snapshotId [removeChildren]",
        "revert": "vmid [suppressPowerOff] [snapshotLevel] [snapshotIndex]" if old
        else "vmid snapshotId [suppressPowerOff]",
    }  # fmt: skip
    form = forms.get(command.removeprefix("vmsvc/snapshot."))
    return f"Usage: {command.removeprefix('vmsvc/')} {form}\n" if form else ""


def _word(args: Sequence[str], place: int) -> str:
    return args[place] if len(args) > place else ""


def _chosen(host: SimHost, vm: SimVM, args: Sequence[str]) -> tuple[Snapshot, bool]:
    """The snapshot and the flag: ``ID [FLAG]`` from 5.0 on; before, ``[FLAG] [LEVEL] [INDEX]``, by
    default the present one."""
    if host.release.number >= _IDS:
        text = _word(args, 1)
        found = _of_id(vm, int(text)) if text.isdecimal() else None
        flag = _word(args, 2)
    else:
        flag, text, index = (_word(args, n) for n in (1, 2, 3))
        level = _level(vm.snapshots, int(text)) if text.isdecimal() else []
        place = int(index) if index.isdecimal() else 0
        found = level[place] if place < len(level) else None
        found = _of_id(vm, vm.current_snapshot) if not text else found
    if found is None:
        raise not_found(text)
    return found, flag in _YES


def _level(level: list[Snapshot], depth: int) -> list[Snapshot]:
    for _ in range(depth):
        level = [child for snapshot in level for child in snapshot.children]
    return level


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
