"""A profile on one host: how it differs (``lab.plan``), and made so (``lab.apply``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import partial

from ftlab.engine.concurrency import do_each
from ftlab.engine.context import Context
from ftlab.engine.job import Found
from ftlab.facts.settings import PlanFacts
from ftlab.frozen import frozen
from ftlab.ops import advopt
from ftlab.ops.profiles.desired import Desired, of_this_release, wanted_options
from ftlab.ops.profiles.drift import Drift, FoundOption, FoundVm, read_host_drift
from ftlab.ops.settings.desired import DesiredSettings, SettingsByHost, set_all
from ftlab.ops.vms import power
from ftlab.ops.vms.power_on import power_on
from ftlab.ops.vmx import edit
from ftlab.ops.vmx.backups import discard
from ftlab.ops.vmx.state import as_off
from ftlab.profile import State


@frozen(slots=True)
class DiscardedBackups:
    """For the run, which then forgets the runs that they are of."""

    paths: tuple[str, ...]


States = Mapping[str, tuple[State, ...]]
"""By host: the tables of the profile that are about it."""


def find(
    context: Context, states: Sequence[State], settings: DesiredSettings, only: Sequence[str]
) -> Drift:
    """What the host is beside what the tables ask for. Raises ``NotApplicable`` where they ask
    nothing that this host has."""
    states = of_this_release(context, states)
    found = read_host_drift(context, Desired(wanted_options(states), settings, states), only)
    found.refuse_nothing()
    return found


@frozen
class PlanStates:
    """``lab.plan``: the difference, whatever may stand in its way. Changes nothing, ever.

    ``only`` names the VMs that count, among those of the profile; all where it is empty.
    ``settings`` are the hosts' other settings.
    """

    states: States
    only: tuple[str, ...] = ()
    settings: SettingsByHost = field(default_factory=dict)
    changes = False

    def on(self, context: Context) -> PlanFacts:
        settings = self.settings.get(context.host, ())
        found = find(context, self.states[context.host], settings, self.only)
        context.changes.extend(found.changes())
        context.notes.extend(advopt.no_default_shown(each.option) for each in found.options
                             if each.wanted is None)  # fmt: skip
        if running := [vm.wanted.vm.name for vm in found.vms if vm.runs_in_the_way]:
            context.notes.append(
                f"not off, so lab.apply would refuse to edit it: {', '.join(running)} "
                "(--power-cycle takes it down and up again)"
            )
        return {"settings": found.settings()}


@frozen
class ApplyStates:
    """``lab.apply``: options and settings; then each VM off, VMX, reload, on, as far as it must.

    Everything is read, and every VM found fit, before the first is touched; a VM that then goes
    wrong costs no other its own. ``guest_wait`` is in seconds. ``outdated`` are, by host, backups
    of runs that are to be forgotten. Safe to repeat.
    """

    states: States
    only: tuple[str, ...] = ()
    power_cycle: bool = False
    guest_wait: float = power.GUEST_WAIT
    outdated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: SettingsByHost = field(default_factory=dict)
    changes = True

    def on(self, context: Context) -> Found:
        settings = self.settings.get(context.host, ())
        found = find(context, self.states[context.host], settings, self.only)
        found.changes()  # what cannot be written is refused before anything is
        if not self.power_cycle:
            found.refuse_running()
        set_options(context, found.options)
        set_all(context, found.host_settings)
        do_each(context, [partial(self._bring, context, vm) for vm in found.vms])
        return without_outdated(context, self.outdated)

    def _bring(self, context: Context, found: FoundVm) -> None:
        vm, state = found.wanted.vm, found.state
        now = found.power
        if found.wanted.power == "off":
            power.power_off(context, vm, self.guest_wait, state=now)
            state = state and as_off(context, state) if now != "off" else state
        if state is not None:
            edit.ensure(context, state, found.wanted.keys, power_cycle=self.power_cycle)
        if found.wanted.power == "on" and now != "on":
            power_on(context, vm, state=now if context.check else None)


def without_outdated(context: Context, outdated: Mapping[str, tuple[str, ...]]) -> Found:
    """At the end of the job the host's outdated backups go."""
    gone = discard(context, outdated.get(context.host, ()))
    return Found({}, DiscardedBackups(tuple(gone)))


def set_options(context: Context, options: Sequence[FoundOption]) -> None:
    """Give every option its wanted value, one after the other: they share a file over there."""
    for found in options:
        if found.wanted is not None:
            advopt.write_option(context, found.option, found.wanted)
        else:
            advopt.reset_option(context, found.option)
