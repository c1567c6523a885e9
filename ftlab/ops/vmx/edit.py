"""VMX keys brought to what is wanted, and the proof from hostd.

A VMX edited under a running VM is overwritten when the VM goes down, so a powered-on VM is
refused, or taken down and up again around the edit (``--power-cycle``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as replace_
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import CommandTimeout, HostError, Lost, Refused
from ftlab.esxi import faults
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.vm import config
from ftlab.esxi.vm.config import VmConfig
from ftlab.esxi.vm.power import build_reload
from ftlab.journal import JournalChange
from ftlab.model import Change
from ftlab.ops.files import sums
from ftlab.ops.files.beside import backup_path
from ftlab.ops.vms import power
from ftlab.ops.vms.listing import change_of
from ftlab.ops.vms.power_on import power_on
from ftlab.ops.vmx import replace
from ftlab.ops.vmx.replace import VmxFile
from ftlab.ops.vmx.state import (
    Plan,
    VmState,
    WantedKeys,
    edited,
    is_typed,
    plan,
    read_state,
    same,
)


def refuse_unfit(state: VmState, wanted: WantedKeys, *, power_cycle: bool) -> None:
    """Raise ``Refused`` where an edit is due that cannot be made: as :func:`refuse_running` and
    :func:`edited`."""
    refuse_running(state, wanted, power_cycle=power_cycle)
    edited(state.file, plan(state, wanted).edits)


def refuse_running(state: VmState, wanted: WantedKeys, *, power_cycle: bool) -> None:
    """Raise ``Refused`` (kind ``vm.powered_on``) where an edit is due and the VM is not off."""
    if state.power == "off" or power_cycle or not plan(state, wanted).changes:
        return
    raise Refused(
        f"VM {state.vm.name} (vmid {state.vm.vmid}) is {words(state.power)}: the host would "
        "overwrite its VMX when it goes down",
        kind="vm.powered_on",
        hint="power it off first, or add --power-cycle to have it taken down and up again",
    )


def ensure_all(
    context: Context, wanted: Sequence[tuple[VmState, WantedKeys]], *, power_cycle: bool
) -> None:
    """:func:`ensure` for several VMs, all of which are found fit before the first is touched."""
    for state, keys in wanted:
        refuse_unfit(state, keys, power_cycle=power_cycle)
    for state, keys in wanted:
        ensure(context, state, keys, power_cycle=power_cycle)


def ensure(context: Context, state: VmState, wanted: WantedKeys, *, power_cycle: bool) -> None:
    """Bring one VM's VMX to the wanted values; does nothing if they hold already."""
    planned = plan(state, wanted)
    doubtful = _unread(context, state, wanted) if power_cycle or state.power == "off" else []
    planned = replace_(planned, stale=(*planned.stale, *_reloads(state, doubtful)))
    if not planned.changes:
        return
    new = edited(state.file, planned.edits)
    refuse_running(state, wanted, power_cycle=power_cycle)
    if state.power != "off":
        _ensure_while_running(context, state, planned, wanted)
        return
    _carry_out(context, state, planned, new.to_bytes(), doubtful)


def _left_of(context: Context, state: VmState, keys: set[str]) -> list[JournalChange]:
    """What runs that were cut short have left of these keys of this VMX."""
    return [
        entry
        for entry in context.left
        if (entry.change.target, entry.change.path) == ("vmx", state.vm.path)
        and (entry.change.key or "").lower() in keys
    ]


def _unread(context: Context, state: VmState, wanted: WantedKeys) -> list[JournalChange]:
    """Changes of a run that was cut short after it had written them: nobody saw hostd read them,
    and it would not show it. The file has what is wanted."""
    keys = {
        key.lower() for key, value in wanted if is_typed(key) and same(state.file.value(key), value)
    }
    return _left_of(context, state, keys)


def _reloads(state: VmState, doubtful: Sequence[JournalChange]) -> list[Change]:
    changes = [entry.change for entry in doubtful]
    return [change_of(state.vm, "reload", None, each.after, each.key) for each in changes]


def _ensure_while_running(
    context: Context, state: VmState, planned: Plan, wanted: WantedKeys
) -> None:
    power.power_off(context, state.vm, state=state.power, for_a_while=state.power == "on")
    if context.check:
        context.carry_out(planned.changes, do=lambda: None, prove=lambda _: ())
    else:
        try:
            after = read_state(context, state.vm)  # going down, the host may rewrite the file
            ensure(context, after, wanted, power_cycle=False)
        except HostError as error:
            up_again(context, state, error)
            raise
    if state.power == "on":
        power_on(context, state.vm, state="off")


def up_again(context: Context, state: VmState, error: HostError) -> None:
    """After an edit that failed: a VM that was on does not stay off for it."""
    if state.power != "on":
        return
    if not isinstance(error, Lost | CommandTimeout):  # then nobody knows what the host is doing
        try:
            power_on(context, state.vm, state="off")
        except HostError as failure:
            error = failure
        else:
            return
    power.tell_off(context, state.vm, error)


def words(state: str) -> str:
    """A power state as an error tells it."""
    return {"on": "powered on"}.get(state, state)


def load(
    context: Context, state: VmState, wanted: WantedKeys, *, unseen: bool = False
) -> tuple[Change, ...]:
    """Have hostd read a file in which the wanted values hold, if it shows others. The VM must be
    off. ``unseen``: also for keys that it shows in fields of its own, which are not compared.
    Returns what that changes."""
    typed = [pair for pair in wanted if unseen and is_typed(pair[0])]
    stale = plan(state, wanted).stale
    stale += tuple(change_of(state.vm, "reload", None, value, key) for key, value in typed)
    if stale:
        _carry_out(context, state, Plan((), stale), b"")
    return stale


def restore(context: Context, state: VmState, wanted: WantedKeys, data: bytes) -> None:
    """Put whole old bytes back, in which the wanted values hold."""
    _carry_out(context, state, plan(state, wanted), data)


def _carry_out(
    context: Context,
    state: VmState,
    planned: Plan,
    data: bytes,
    doubtful: Sequence[JournalChange] = (),
) -> None:
    """Write and prove. What runs that were cut short have left of these keys is seen to with that;
    what was ``doubtful`` of it is known to be so now."""
    context.carry_out(
        planned.changes,
        do=lambda: _apply(context, state, planned, data),
        prove=lambda after: _shown(context, state.vm, planned.changes, after),
        extra=evidence(context, state.file, data) if planned.edits else {},
    )
    context.resolve(doubtful, "verified")
    keys = {(change.key or "").lower() for change in planned.changes}
    context.resolve(_left_of(context, state, keys))


def _apply(context: Context, state: VmState, planned: Plan, data: bytes) -> VmConfig:
    """Write and reload, or only reload; what hostd has afterwards."""
    then = [build_reload(state.vm.vmid), config.build_config(state.vm.vmid)]
    if not planned.edits:
        done = [faults.check(answer) for answer in context.session.run_chain(then)]
        return config.parse_config(done[-1].out)
    look = sums.command(context, state.file.path)
    *done, looked = replace.replace_vmx(context, state.file, data, [*then, look])
    if not sums.shows(context, looked, state.file.path, data):
        _refuse_lost(context, state, planned)
    return config.parse_config(done[-1].out)


def _refuse_lost(context: Context, state: VmState, planned: Plan) -> None:
    """Between our last look and our rename, another controller may have renamed too, and one of
    the two is gone. A host that rewrites a VMX as it loads it leaves our values in it."""
    document = replace.read_vmx(context, state.vm).document
    for change in planned.edits:
        if not same(document.get(change.key or ""), change.after):
            raise replace.changed(state.file)


def evidence(context: Context, file: VmxFile, data: bytes) -> dict[str, str]:
    """What ``lab.undo`` needs to bring the bytes back."""
    return {
        "file": file.path,
        "backup": backup_path(file.path, context.run),
        "before_digest": sums.digest(context, file.data),
        "after_digest": sums.digest(context, data),
    }


def _shown(context: Context, vm: VmEntry, changes: Sequence[Change], loaded: VmConfig) -> list[Any]:
    shown = {change.key: loaded.extra_get(change.key or "") for change in changes}
    if any(is_typed(key or "") for key in shown):
        document = replace.read_vmx(context, vm).document
        shown |= {key: document.get(key or "") for key in shown if is_typed(key or "")}
    return [c.after if same(shown[c.key], c.after) else shown[c.key] for c in changes]
