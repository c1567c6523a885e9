"""``vim-cmd`` on snapshots, with the hosts' own misspelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import V50
from ftlab.sim.vimcmd.command import of_vm
from ftlab.sim.vms import power
from ftlab.sim.vms.api import POWER_WORDS, vim_fault
from ftlab.sim.vms.vm import SimVM, Snapshot
from ftlab.sim.vms.vmx_file import VmxFile


@of_vm("snapshot.get")
def get(host: SimHost, vm: SimVM, _args: Sequence[str]) -> str:
    return "Get Snapshot:\n" + "".join(_shown(host, vm.snapshots, 0))


def _shown(host: SimHost, level: list[Snapshot], depth: int) -> Iterator[str]:
    """Every level is two dashes further in; 4.x has no Id line; times are not zero padded."""
    lead, title = "--" * depth, "CHILD" if depth else "ROOT"
    for snapshot in level:
        at = snapshot.created
        yield f"{lead}|-{title}\n"
        yield f"{lead}--Snapshot Name        : {snapshot.name}\n"
        if host.release.number >= V50:
            yield f"{lead}--Snapshot Id        : {snapshot.id}\n"
        yield f"{lead}--Snapshot Desciption  : {snapshot.description}\n"
        yield (f"{lead}--Snapshot Created On  : {at.month}/{at.day}/{at.year} "
               f"{at.hour}:{at.minute}:{at.second}\n")  # fmt: skip
        yield f"{lead}--Snapshot State       : {POWER_WORDS[snapshot.power].lower()}\n"
        yield from _shown(host, snapshot.children, depth + 1)


@of_vm("snapshot.create")
def create(host: SimHost, vm: SimVM, args: Sequence[str]) -> str:
    """``snapshot.create VMID [NAME] [DESCRIPTION] [MEMORY] [QUIESCE]``; no number comes twice."""
    vm.last_snapshot += 1
    name, description, *_ = (*args, "", "")
    saved = vm.loaded.to_bytes()
    fresh = Snapshot(vm.last_snapshot, name, description, host.lab.now(), vm.power, saved)
    parent = _of_id(vm, vm.current_snapshot)
    (parent.children if parent else vm.snapshots).append(fresh)
    vm.current_snapshot = fresh.id
    return "Create Snapshot:\n"


@of_vm("snapshot.revert")
def revert(host: SimHost, vm: SimVM, args: Sequence[str]) -> str:
    """Configuration and power as saved; with ``suppressPowerOn`` the VM is left off."""
    chosen, stay_off = _chosen(host, vm, args)
    if vm.power != "poweredOff":
        power.power_off(host, vm)
    vm.config = VmxFile(chosen.saved)
    vm.file.write_bytes(chosen.saved)
    vm.current_snapshot = chosen.id
    if chosen.power == "poweredOn" and not stay_off:
        power.power_on(host, vm)
    return "Revert Snapshot:\n" + "".join(_shown(host, vm.snapshots, 0))


@of_vm("snapshot.remove")
def remove(host: SimHost, vm: SimVM, args: Sequence[str]) -> str:
    """What is left is shown (seen on 5.x)."""
    gone, with_children = _chosen(host, vm, args)
    parent = next((s for s in _all(vm.snapshots) if gone in s.children), None)
    level = parent.children if parent else vm.snapshots
    place = level.index(gone)
    level[place : place + 1] = [] if with_children else gone.children
    if _of_id(vm, vm.current_snapshot) is None:
        vm.current_snapshot = parent.id if parent else None
    return "Remove Snapshot:\n" + "".join(_shown(host, vm.snapshots, 0))


@of_vm("snapshot.removeall")
def remove_all(_host: SimHost, vm: SimVM, _args: Sequence[str]) -> str:
    vm.snapshots.clear()
    vm.current_snapshot = None
    return "Remove All Snapshots:\n"


def _chosen(host: SimHost, vm: SimVM, args: Sequence[str]) -> tuple[Snapshot, bool]:
    """The snapshot and the flag: ``ID [FLAG]`` from 5.0 on; before, ``[FLAG] [LEVEL] [INDEX]``, by
    default the present one."""
    if host.release.number >= V50:
        text, flag, *_ = (*args, "", "")
        found = _of_id(vm, int(text)) if text.isdecimal() else None
    else:
        flag, text, index, *_ = (*args, "", "", "")
        level = vm.snapshots if text.isdecimal() else []
        for _ in range(int(text) if text.isdecimal() else 0):
            level = [child for snapshot in level for child in snapshot.children]
        place = int(index) if index.isdecimal() else 0
        found = level[place] if place < len(level) else None
        found = _of_id(vm, vm.current_snapshot) if not text else found
    if found is None:
        raise vim_fault("no-vm", text)
    return found, flag in ("1", "true")


def _of_id(vm: SimVM, wanted: int | None) -> Snapshot | None:
    return next((s for s in _all(vm.snapshots) if s.id == wanted), None)


def _all(level: list[Snapshot]) -> Iterator[Snapshot]:
    for snapshot in level:
        yield snapshot
        yield from _all(snapshot.children)
