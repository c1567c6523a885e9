"""Profiles on the lab: ``lab.plan``, ``lab.apply`` and ``lab.reset``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.runner import Runner
from ftlab.engine.terms.approval import CHECK, Round
from ftlab.engine.unmatched import Name, failed_if_unmatched, name_of, settled
from ftlab.engine.workers.told import refuse_readable_secrets
from ftlab.errors import ProfileError
from ftlab.esxi.getallvms.selector import select
from ftlab.esxi.options.option import check_path
from ftlab.frozen import frozen
from ftlab.inventory.patterns import Selector
from ftlab.model import Failure, Host, Outcome
from ftlab.ops.profiles.apply import ApplyStates, PlanStates, States
from ftlab.ops.profiles.baseline import Baseline, baseline_of
from ftlab.ops.profiles.host_settings import SettingWords
from ftlab.ops.profiles.pruning import Keep, Pruning
from ftlab.ops.profiles.reset import ResetStates
from ftlab.ops.profiles.sources import open_profile, own_settings
from ftlab.ops.settings.desired import SettingsByHost
from ftlab.ops.vms.power import GUEST_WAIT
from ftlab.profile import Profile, State
from ftlab.user_files import read_text
from ftlab.vmx.key import check_key

_WILD = frozenset("*?[~")
ProfileJob = PlanStates | ApplyStates | ResetStates


@frozen
class Wanted:
    """A profile by name, and of the VMs it names only these (all: empty)."""

    profile: str
    vm: tuple[str, ...] = ()

    @property
    def args(self) -> dict[str, Any]:
        """What the journal remembers of it."""
        return {"profile": self.profile, "vm": list(self.vm)}


def plan(lab: OpenLab, wanted: Wanted) -> Report:
    """``lab.plan``: how the hosts differ from the profile. Changes nothing, and leaves no trace."""
    scope = scope_of(lab, wanted)
    job = PlanStates(scope.states, wanted.vm, scope.settings)

    def once(_round: Round) -> Report:
        with lab.runner("lab.plan", wanted.args, changes=False, round=CHECK, apart=True) as run:
            return _done(run, job, scope)

    return lab.approved(once, changes=False)


def apply(
    lab: OpenLab,
    wanted: Wanted,
    keep: Keep,
    *,
    power_cycle: bool = False,
    guest_wait: float = GUEST_WAIT,
) -> Report:
    """``lab.apply``: what the plan shows, verified host by host. Safe to repeat."""
    scope = scope_of(lab, wanted)
    job = ApplyStates(scope.states, wanted.vm, power_cycle, guest_wait, settings=scope.settings)
    return _change(lab, wanted, keep, job, scope)


def reset(lab: OpenLab, wanted: Wanted, keep: Keep, *, guest_wait: float = GUEST_WAIT) -> Report:
    """``lab.reset``: the named VMs, and the options, back to where they were before ftlab's runs
    (or to a snapshot), and as the profile says. Safe to repeat."""
    scope = scope_of(lab, wanted)
    job = ResetStates(scope.states, _baselines(lab), wanted.vm, guest_wait, settings=scope.settings)
    return _change(lab, wanted, keep, job, scope)


def _change(
    lab: OpenLab, wanted: Wanted, keep: Keep, job: ApplyStates | ResetStates, scope: ProfileScope
) -> Report:
    task = "lab.reset" if isinstance(job, ResetStates) else "lab.apply"

    def once(round: Round) -> Report:
        with lab.runner(task, wanted.args, changes=True, round=round, apart=True) as run:
            pruning = Pruning.of(run, keep, {host.name for host in lab.inventory.hosts})
            report = _done(run, replace(job, outdated=pruning.outdated), scope, pruning)
            run.record(pruning.forget)
            return report

    return lab.approved(once, changes=True)


def _done(
    run: Runner, job: ProfileJob, scope: ProfileScope, pruning: Pruning | None = None
) -> Report:
    """Do the job on the hosts that the profile speaks of; the others are not contacted."""
    result = run.fan_out(job, spared=scope.spared, final=settled)
    outcomes = _judged(result.outcomes, scope, job)
    if pruning is not None:
        pruning.note(outcomes)
    return run.report(outcomes, result.stopped)


def _judged(
    outcomes: Sequence[Outcome], scope: ProfileScope, job: ProfileJob
) -> tuple[Outcome, ...]:
    """A VM or an option that no host has is a failure of the hosts that it is for. With ``--vm``,
    only these VMs count, on hosts for which the profile names any."""
    asked: dict[str, set[Name]] = {}
    places: dict[Name, str] = {}
    for host, states in scope.states.items():
        asked[host] = {name for state in states for name in _names(state, job.only)}
        for state in states:
            for name in _names(state, ()):
                places.setdefault(name, str(state.place))
    return failed_if_unmatched(outcomes, asked, places)


def _names(state: State, only: Sequence[str]) -> list[Name]:
    """What a table asks a host for; ``only`` in place of its VMs, if it names any."""
    words = (only or [state.vm]) if state.vm is not None else []
    options = [name_of("option", path) for path in state.options]
    return [*options, *(name_of("vm", word) for word in words)]


def _left_out(host: Host) -> Outcome:
    message = "the profile says nothing about this host"
    return Outcome(host.name, "skipped", error=Failure("not_applicable", message))


@frozen
class ProfileScope:
    """By host: the profile's tables about it, and the settings in them; or its outcome, where
    there are none."""

    states: States
    spared: Mapping[str, Outcome]
    settings: SettingsByHost


def scope_of(lab: OpenLab, wanted: Wanted) -> ProfileScope:
    """Match the profile with the selected hosts.

    Warns of a pattern that selects none of the hosts. Raises ``ProfileError`` for a profile that
    is wrong or about none of them, ``InventoryError`` for a wrong inventory or selection, and
    ``UsageError`` for a secret that could be read on its way; nobody is contacted.
    """
    profile = open_profile(wanted.profile)
    words = SettingWords(own_settings(profile.own), profile.variables)
    texts = [each for state in profile.states for item in state.settings.items() for each in item]
    refuse_readable_secrets(lab.options.executor, texts)
    states: dict[str, tuple[State, ...]] = {}
    for state in profile.states:
        _check(state)
        chosen = _hosts_of(lab, state)
        mine = [host.name for host in lab.hosts if host.name in chosen]
        states |= {name: (*states.get(name, ()), state) for name in mine}
        if not mine:
            lab.ui.warn(f"{state.place}: {state.hosts!r} is none of the selected hosts")
    if not states:
        raise ProfileError(f"{profile.name}: no [[state]] table matches a selected host")
    _warn(lab, profile)
    if wanted.vm and all(state.vm is None for own in states.values() for state in own):
        lab.ui.warn(f"--vm has no effect: profile {profile.name} names no VM of these hosts")
    spared = {h.name: _left_out(h) for h in lab.hosts if h.name not in states}
    return ProfileScope(states, spared, words.desired(lab.hosts, states))


def _warn(lab: OpenLab, profile: Profile) -> None:
    if profile.warning:
        lab.ui.say(f"profile {profile.name}: {profile.warning}")


def _hosts_of(lab: OpenLab, state: State) -> set[str]:
    if state.hosts is None:
        return {host.name for host in lab.inventory.hosts}
    selector = Selector(lab.inventory.names, {}, read_text)
    with state.place.in_errors():
        choice = selector.choose(state.hosts)
    for word in choice.unknown:
        if _WILD.isdisjoint(word):  # a wildcard may well match nothing here
            raise state.place.error(
                f"hosts = {state.hosts!r}: {word!r} is no host or group of {lab.inventory.file}",
                lab.inventory.names.suggest(word),
            )
    return choice.hosts


def _check(state: State) -> None:
    """What only the dialect knows to be wrong: option paths, VMX keys, ways to name a VM."""
    with state.place.in_errors():
        for path in state.options:
            check_path(path)
        for key in state.keys:
            check_key(key)
        if state.vm is not None:
            select((), state.vm)


def _baselines(lab: OpenLab) -> dict[str, Baseline]:
    """What the journal knows about the selected hosts before ftlab's runs."""
    names = [host.name for host in lab.hosts]
    with lab.open_journal() as journal:
        return {host: baseline_of(own) for host, own in journal.outstanding(names).items()}
