"""What a host is, beside what it should be: read once, before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast

from ftlab.engine.concurrency import few_at_a_time, joined
from ftlab.engine.context import Context
from ftlab.engine.unmatched import NOT_FOUND
from ftlab.errors import NotApplicable, Refused
from ftlab.esxi.options.known import is_known
from ftlab.esxi.options.option import AdvancedOption, coerce
from ftlab.facts.settings import PlannedFact
from ftlab.frozen import frozen
from ftlab.model import Change
from ftlab.ops import advopt
from ftlab.ops.profiles.desired import Desired, DesiredOptions, WantedVm, wanted_vms
from ftlab.ops.settings.desired import SettingDrift, read_drift
from ftlab.ops.vms.listing import change_of, list_vms, note_unmatched
from ftlab.ops.vms.power_on import state_of
from ftlab.ops.vmx import edit
from ftlab.ops.vmx.state import Plan, VmState, edited, plan, read_state
from ftlab.profile import DEFAULT, State


@frozen
class FoundOption:
    """An option and its wanted value, within the host's limits; ``None`` is a default that the
    host does not show (4.x), so it may differ."""

    option: AdvancedOption
    wanted: int | str | None

    @property
    def change(self) -> Change:
        return Change("advopt", self.option.value, self.wanted, path=self.option.path)

    @property
    def differs(self) -> bool:
        return self.option.value != self.wanted


@frozen
class FoundVm:
    """A VM, its power, and its VMX if the tables (or a reset) are about that."""

    wanted: WantedVm
    power: str
    state: VmState | None = None

    @property
    def edits(self) -> Plan:
        """What must change in VMX and hostd. Raises ``Refused`` for what cannot be written."""
        if self.state is None:
            return Plan((), ())
        planned = plan(self.state, self.wanted.keys)
        edited(self.state.file, planned.edits)
        return planned

    @property
    def power_change(self) -> Change | None:
        wanted, vm = self.wanted.power, self.wanted.vm
        if wanted in {None, self.power}:
            return None
        return change_of(vm, "power", self.power, wanted)

    @property
    def runs_in_the_way(self) -> bool:
        """Whether an edit is due, the VM is not off, and the profile does not say that it
        should be."""
        return self.power != "off" and self.wanted.power != "off" and bool(self.edits.changes)


@frozen
class Drift:
    """All of it for one host. ``missing`` are the options and settings that it does not have;
    ``sought`` tells whether any VM was, ``unmatched`` are the words for VMs that are not here."""

    options: tuple[FoundOption, ...] = ()
    host_settings: tuple[SettingDrift, ...] = ()
    missing: tuple[NotApplicable, ...] = ()
    vms: tuple[FoundVm, ...] = ()
    sought: bool = False
    unmatched: tuple[str, ...] = ()

    def changes(self) -> list[Change]:
        """The difference between what is and what should be."""
        found = [each.change for each in self._of_the_host() if each.differs]
        for vm in self.vms:
            found += [*vm.edits.changes, *([vm.power_change] if vm.power_change else [])]
        return found

    def _of_the_host(self) -> Sequence[FoundOption | SettingDrift]:
        return [*self.options, *self.host_settings]

    def settings(self) -> list[PlannedFact]:
        """Every setting the profile speaks of, as a fact: what it is and what it should be."""
        return [_fact(change, differs=differs) for change, differs in self._all()]

    def _all(self) -> Iterator[tuple[Change, bool]]:
        for each in self._of_the_host():
            yield each.change, each.differs
        for vm in self.vms:
            differing = {change.key for change in vm.edits.changes}
            for key, wanted in vm.wanted.keys if vm.state else ():
                now = vm.state.file.value(key) if vm.state else None
                yield change_of(vm.wanted.vm, "vmx", now, wanted, key), key in differing
            if vm.wanted.power is not None:
                change = change_of(vm.wanted.vm, "power", vm.power, vm.wanted.power)
                yield change, vm.power != vm.wanted.power

    def refuse_running(self) -> None:
        """Raises ``Refused`` (kind ``vm.powered_on``) that names every VM in the way."""
        running = [
            f"VM {vm.wanted.vm.name} is {edit.words(vm.power)}"
            for vm in self.vms
            if vm.runs_in_the_way
        ]
        if running:
            raise Refused(
                f"{', '.join(running)}: the host would overwrite a VMX that is edited now",
                kind="vm.powered_on",
                hint='power it off first, or add --power-cycle, or power = "off" to the profile',
            )

    def refuse_nothing(self) -> None:
        """Raises ``NotApplicable`` where none of the profile applies here."""
        if self.options or self.host_settings or self.vms:
            return
        if self.missing:
            raise joined(self.missing)
        if self.sought:
            words = ", ".join(self.unmatched) or "what --vm names"
            raise NotApplicable(f"no VM here matches {words}", kind=NOT_FOUND)


def _fact(change: Change, *, differs: bool) -> PlannedFact:
    names = {"vm": change.vm, "vmid": change.vmid, "path": change.path, "key": change.key}
    fact = {
        "target": change.target,
        **{name: value for name, value in names.items() if value is not None},
        "now": change.before,
        "wanted": change.after,
        "differs": differs,
    }
    return cast(PlannedFact, fact)


def read_host_drift(
    context: Context,
    desired: Desired,
    only: Sequence[str] = (),
    *,
    whole: bool = False,
) -> Drift:
    """Read everything that the tables are about, over one connection. ``whole``: every VM's VMX,
    also of one whose keys do not matter.

    Raises ``Refused`` for a value outside the host's own limits and for an ambiguous VM.
    """
    found, drifts, (vms, words) = context.session.together(
        lambda: _read_options(context, desired.options),
        lambda: read_drift(context, desired.settings),
        lambda: _read_vms(context, desired.states, only, whole=whole),
    )
    there = tuple(each for each in found if isinstance(each, FoundOption))
    known = tuple(each for each in drifts if isinstance(each, SettingDrift))
    missing = tuple(each for each in (*found, *drifts) if isinstance(each, NotApplicable))
    context.notes.extend(f"{each}: left out" for each in missing if there or known or vms)
    sought = any(state.vm is not None for state in desired.states)
    return Drift(there, known, missing, tuple(vms), sought, tuple(words))


def _read_options(context: Context, options: DesiredOptions) -> list[FoundOption | NotApplicable]:
    work = [partial(_read_option, context, path, value) for path, value in options.items()]
    return few_at_a_time(context, work)


def _read_option(
    context: Context, path: str, value: int | str | None
) -> FoundOption | NotApplicable:
    try:
        option = advopt.read_option(context, path)
    except NotApplicable as missing:
        if not is_known(path):
            advopt.note_absent(context, path)
        return missing
    wanted = option.default if value is DEFAULT else coerce(option, value)
    return FoundOption(option, wanted)


def _read_vms(
    context: Context, states: Sequence[State], only: Sequence[str], *, whole: bool
) -> tuple[list[FoundVm], list[str]]:
    if all(state.vm is None for state in states):
        return [], []
    vms = list_vms(context).vms
    note_unmatched(context, only, vms)
    words = [state.vm for state in states if state.vm is not None]
    unmatched = note_unmatched(context, words, vms)
    named = wanted_vms(states, vms, only)
    context.in_hand.update(each.vm.path for each in named)
    work = [partial(_read_vm, context, wanted, whole=whole) for wanted in named]
    return few_at_a_time(context, work), unmatched


def _read_vm(context: Context, wanted: WantedVm, *, whole: bool) -> FoundVm:
    if not whole and not wanted.keys:
        return FoundVm(wanted, state_of(context, wanted.vm.vmid))
    state = read_state(context, wanted.vm)
    return FoundVm(wanted, state.power, state)
