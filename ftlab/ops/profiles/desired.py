"""What the tables of a profile come to for one host: later tables win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ftlab.engine.context import Context
from ftlab.errors import NotApplicable
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.selector import select
from ftlab.frozen import frozen
from ftlab.ops.settings.desired import DesiredSettings
from ftlab.ops.vmx.state import WantedKeys
from ftlab.profile import State

DesiredOptions = Mapping[str, int | str | None]
"""Wanted values by option; ``None`` is the host's own default."""


@frozen
class Desired:
    """What one host should be. The VMs that ``states`` name are found on the host."""

    options: DesiredOptions
    settings: DesiredSettings
    states: Sequence[State]


@frozen
class WantedVm:
    """What one VM should be. ``power`` and ``snapshot`` are ``None`` where it does not matter."""

    vm: VmEntry
    keys: WantedKeys = ()
    power: str | None = None
    snapshot: str | None = None


def wanted_options(
    states: Sequence[State], before: DesiredOptions = MappingProxyType({})
) -> dict[str, int | str | None]:
    """Every option of ``before`` and of the tables, with the value wanted last. Hosts compare paths
    without case."""
    wanted = [before, *(state.options for state in states)]
    last = {path.casefold(): (path, value) for each in wanted for path, value in each.items()}
    return dict(last.values())


def of_this_release(context: Context, states: Sequence[State]) -> Sequence[State]:
    """The tables that count on this host's release. Raises ``NotApplicable`` where none does."""
    if not any(state.since or state.gone for state in states):
        return states
    found = [each for each in states if context.version.is_within(each.since, each.gone)]
    if not found:
        raise NotApplicable(f"the profile says nothing about {context.version}")
    return found


def wanted_vms(
    states: Sequence[State], vms: Sequence[VmEntry], only: Sequence[str] = ()
) -> list[WantedVm]:
    """What is wanted of each VM that a table names, in the host's order; with ``only``, of those
    that it names too. Raises ``Refused`` for an ambiguous name."""
    allowed = {vm.vmid for each in only for vm in select(vms, each)} if only else None
    tables: dict[int, list[State]] = {}
    for state in states:
        for vm in select(vms, state.vm) if state.vm is not None else ():
            if allowed is None or vm.vmid in allowed:
                tables.setdefault(vm.vmid, []).append(state)
    return [_merged(vm, tables[vm.vmid]) for vm in vms if vm.vmid in tables]


def _merged(vm: VmEntry, tables: Sequence[State]) -> WantedVm:
    keys: dict[str, tuple[str, str | None]] = {}
    power = snapshot = None
    for table in tables:
        keys |= {key.lower(): (key, value) for key, value in table.keys.items()}
        power = table.power or power
        snapshot = table.snapshot or snapshot
    return WantedVm(vm, tuple(keys.values()), power, snapshot)
