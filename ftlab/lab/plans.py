"""Profiles on the lab: ``lab.plan``, ``lab.apply`` and ``lab.reset``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from ftlab.errors import FtlabError, InventoryError, ProfileError
from ftlab.esxi.advopt import check_path
from ftlab.esxi.select import select
from ftlab.inventory.selection import Selector
from ftlab.journal import Journal, JournalChange
from ftlab.lab.front import Lab
from ftlab.lab.profiles import open_profile
from ftlab.lab.pruning import Keep, Pruning
from ftlab.lab.runner import Runner, failed_if_nowhere
from ftlab.model import Failure, Host, Outcome
from ftlab.ops.context import Job
from ftlab.ops.desired import ApplyStates, PlanStates, States
from ftlab.ops.origin import Origin, origin_of
from ftlab.ops.power import GUEST_WAIT
from ftlab.ops.reset import ResetStates
from ftlab.profile import Profile, State
from ftlab.report.document import Report

T = TypeVar("T")

_PUTS_BACK = frozenset({"lab.undo", "lab.reset"})
"""Tasks whose changes go back to where a lab was: no origin of theirs is worth going to."""


@dataclass(frozen=True)
class Wanted:
    """A profile by name, and of the VMs it names only these (all: empty)."""

    profile: str
    vm: tuple[str, ...] = ()

    @property
    def args(self) -> dict[str, Any]:
        """What the journal remembers of it."""
        return {"profile": self.profile, "vm": list(self.vm)}


def plan(lab: Lab, wanted: Wanted) -> Report:
    """``lab.plan``: how the hosts differ from the profile. Changes nothing, and leaves no trace."""
    states = covered(lab, wanted)

    def once(*, check: bool) -> Report:  # noqa: ARG001 - a plan is always a check
        with lab.runner("lab.plan", wanted.args, changes=False, check=True) as run:
            return _done(lab, run, PlanStates(states, wanted.vm), states)

    return lab.approved(once, changes=False)


def apply(
    lab: Lab,
    wanted: Wanted,
    keep: Keep,
    *,
    power_cycle: bool = False,
    guest_wait: float = GUEST_WAIT,
) -> Report:
    """``lab.apply``: what the plan shows, proven host by host. Safe to repeat."""
    states = covered(lab, wanted)
    job = ApplyStates(states, wanted.vm, power_cycle, guest_wait)
    return _change(lab, "lab.apply", wanted, keep, job, states)


def reset(lab: Lab, wanted: Wanted, keep: Keep, *, guest_wait: float = GUEST_WAIT) -> Report:
    """``lab.reset``: the named VMs, and the options, back to where they were before ftlab's runs
    (or to a snapshot), and as the profile says. Safe to repeat."""
    states = covered(lab, wanted)
    job = ResetStates(states, _origins(lab), wanted.vm, guest_wait)
    return _change(lab, "lab.reset", wanted, keep, job, states)


def _change(
    lab: Lab,
    task: str,
    wanted: Wanted,
    keep: Keep,
    job: ApplyStates | ResetStates,
    states: States,
) -> Report:
    def once(*, check: bool) -> Report:
        with lab.runner(task, wanted.args, changes=True, check=check) as run:
            pruning = Pruning.of(run, keep, [host.name for host in lab.inventory.hosts])
            report = _done(lab, run, replace(job, outdated=pruning.outdated), states, pruning)
            pruning.forget()
            return report

    return lab.approved(once, changes=True)


def _done(
    lab: Lab, run: Runner, job: Job, states: States, pruning: Pruning | None = None
) -> Report:
    """Do the job on the hosts that the profile speaks of; the others are not contacted."""

    def work(host: Host) -> Outcome:
        return run.crew.do(job, host) if host.name in states else _left_out(host)

    result = run.over(run.hosts, work, lab.audience.on_outcome)
    outcomes = failed_if_nowhere(result.outcomes)
    if pruning is not None:
        pruning.note(outcomes)
    _tell_nowhere(lab, outcomes)
    return run.report([_without_asides(each) for each in outcomes], result.stopped)


def _left_out(host: Host) -> Outcome:
    message = "the profile says nothing about this host"
    return Outcome(host.name, "skipped", error=Failure("not_applicable", message))


def _tell_nowhere(lab: Lab, outcomes: Sequence[Outcome]) -> None:
    """A word for VMs that names none on any host that was asked is probably a slip."""
    told = [set(each.facts["nowhere"]) for each in outcomes if "nowhere" in each.facts]
    for word in sorted(set.intersection(*told)) if told else ():
        lab.audience.say(f"the profile's vm = {word!r} is no VM of any host it is for")


def _without_asides(outcome: Outcome) -> Outcome:
    facts = {key: v for key, v in outcome.facts.items() if key not in {"nowhere", "discarded"}}
    return replace(outcome, facts=facts)


def covered(lab: Lab, wanted: Wanted) -> dict[str, tuple[State, ...]]:
    """The profile's tables for each selected host that any of them is about.

    Warns of a pattern that selects none of the hosts. Raises ``ProfileError`` for a profile that
    is wrong, ``InventoryError`` for an inventory or selection that is; nobody is contacted.
    """
    profile = open_profile(wanted.profile)
    names = [host.name for host in lab.hosts]
    by_host: dict[str, tuple[State, ...]] = {}
    for state in profile.states:
        _check(state)
        chosen = _hosts_of(lab, state)
        for name in names:
            if name in chosen:
                by_host[name] = (*by_host.get(name, ()), state)
        if chosen.isdisjoint(names):
            lab.audience.say(f"{state.place}: {state.hosts!r} is none of the selected hosts")
    _warn(lab, profile)
    return {name: by_host[name] for name in names if name in by_host}


def _warn(lab: Lab, profile: Profile) -> None:
    if profile.warning:
        lab.audience.say(f"profile {profile.name}: {profile.warning}")


def _hosts_of(lab: Lab, state: State) -> set[str]:
    if state.hosts is None:
        return {host.name for host in lab.inventory.hosts}
    selector = Selector(lab.inventory.names, {}, lambda name: Path(name).read_text("utf-8"))
    return _placed(state, lambda: selector.choose(state.hosts or "").hosts)


def _check(state: State) -> None:
    """What only the dialect knows to be wrong: option paths, ways to name a VM."""
    for path in state.options:
        _placed(state, lambda path=path: check_path(path))  # type: ignore[misc]
    if state.vm is not None:
        _placed(state, lambda: select((), state.vm or ""))


def _placed(state: State, work: Callable[[], T]) -> T:
    """Call ``work``; an error it raises gets the place of the table."""
    try:
        return work()
    except FtlabError as error:
        raise state.place.error(error.message, error.hint) from error


def _origins(lab: Lab) -> dict[str, Origin]:
    """What the journal knows about the selected hosts before ftlab's runs."""
    if not lab.options.journal.exists():
        return {}
    names = [host.name for host in lab.hosts]
    entries: dict[str, list[JournalChange]] = {}
    with Journal.open(lab.options.journal) as journal:
        tasks = {run.task for run in journal.runs()} - _PUTS_BACK
        for entry in reversed(journal.originals(tasks, names)):
            entries.setdefault(entry.host, []).append(entry)
    return {host: origin_of(own) for host, own in entries.items()}
