"""``lab``: what the lab should be, made so; what was done to it, and its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftlab.cli.fleet_task import fleet_task
from ftlab.cli.values import VM, chosen, needed, seconds, stored, whole
from ftlab.errors import UsageError
from ftlab.esxi.options.option import check_path

if TYPE_CHECKING:
    from ftlab.engine.report import Report
    from ftlab.lab.lab import Lab

_PROFILE = {
    "profile": "a built-in profile (ftlab lab.profiles), or a TOML file",
    "vm": "of the VMs that the profile names only these (repeatable; as for vm.list)",
}
_WAIT = {"guest_wait": "seconds a guest gets to shut down (60); 0: hard at once"}
_KEEP = {
    "keep_runs": "forget all but the newest N runs in the journal, and their backups",
    "keep_days": "forget runs older than N days, and their backups",
}


@fleet_task(
    example="ftlab lab.plan --profile vft --limit vesxi --html plan.html",
    help={**_PROFILE, "html": "also write the plan as a page: what differs, on which hosts"},
    iterable=["vm"],
)
def plan(lab: Lab, profile: str | None = None, vm: VM = None, html: str | None = None) -> Any:
    """Show how the lab differs from a profile; change nothing. Exit 3 where it does."""
    from ftlab.cli.pages.plan import planned
    from ftlab.lab.opened import opened

    named, only = _needed(profile), chosen(vm)
    return planned(opened(lab), lambda: lab.plan(named, vm=only), named, html)


@fleet_task(
    example="ftlab lab.apply --profile lab.toml --batch 1,25% --yes",
    help={
        **_PROFILE,
        **_WAIT,
        **_KEEP,
        "power_cycle": "a running VM is shut down for an edit and started again",
    },
    iterable=["vm"],
    powers_on=True,
)
def apply(
    lab: Lab,
    profile: str | None = None,
    vm: VM = None,
    power_cycle: bool = False,
    guest_wait: str = "60",
    keep_runs: str | None = None,
    keep_days: str | None = None,
) -> Report:
    """Bring the lab to a profile: what lab.plan shows, in order, verified host by host."""
    return lab.apply(
        _needed(profile),
        vm=chosen(vm),
        power_cycle=power_cycle,
        guest_wait=seconds("--guest-wait", guest_wait),
        keep_runs=whole("--keep-runs", keep_runs),
        keep_days=whole("--keep-days", keep_days),
    )


@fleet_task(
    example="ftlab lab.reset --profile lab.toml --yes -q",
    help={**_PROFILE, **_WAIT, **_KEEP},
    iterable=["vm"],
    powers_on=True,
)
def reset(
    lab: Lab,
    profile: str | None = None,
    vm: VM = None,
    guest_wait: str = "60",
    keep_runs: str | None = None,
    keep_days: str | None = None,
) -> Report:
    """Reset the lab: snapshot or old VMX, old options, then all as the profile says.

    VMs that the profile does not name are never touched. One that must change is powered off
    for it, guest first.
    """
    return lab.reset(
        _needed(profile),
        vm=chosen(vm),
        guest_wait=seconds("--guest-wait", guest_wait),
        keep_runs=whole("--keep-runs", keep_runs),
        keep_days=whole("--keep-days", keep_days),
    )


@fleet_task(
    example="ftlab lab.capture --limit vesxi --vm 'db*' --out good-lab.toml",
    help={
        "out": "write the profile to this file, not to stdout; --yes replaces one that is there",
        "vm": "also the keys and the power of these VMs (repeatable; as for vm.list)",
        "key": "of the VMs these keys (repeatable); the three of vft.enable without it",
        "option": "these options, whatever their value (repeatable), not all that differ",
        "setting": "these settings (repeatable), not all; with --option, both and no others",
    },
    iterable=["vm", "key", "option", "setting"],
)
def capture(
    lab: Lab,
    out: str | None = None,
    vm: VM = None,
    key: Any = None,
    option: Any = None,
    setting: Any = None,
) -> Any:
    """Save the present state as a profile: settings, options that are not at their default, VMs.

    Read-only. lab.plan on the profile shows nothing until something drifts.
    """
    from ftlab.cli.profiles import capture_lab
    from ftlab.lab.names import listed
    from ftlab.lab.opened import opened
    from ftlab.ops.profiles.capture import CaptureState
    from ftlab.ops.settings.names import find_setting
    from ftlab.ops.vft.keys import KEYS

    if key and not vm:
        raise UsageError("--key needs a VM", hint="name the VMs with --vm, e.g. --vm 'db*'")
    keys = {each.strip().lower(): each.strip() for each in needed(key, "--key KEY")} if key else {}
    paths = tuple(map(check_path, needed(option, "--option PATH"))) if option else ()
    settings = tuple(map(find_setting, needed(setting, "--setting NAME"))) if setting else ()
    wanted = needed(list(keys.values()) or KEYS, "--key KEY")
    job = CaptureState(listed(chosen(vm)), wanted, paths, settings)
    return capture_lab(opened(lab), job, out)


@fleet_task(
    example="ftlab lab.profiles vft",
    help={"name": "one profile: its text, ready to be saved; may stand without the flag"},
    hostless=True,
)
def profiles(_lab: Lab, name: str | None = None) -> Any:
    """List the built-in profiles, or show the text of one."""
    from ftlab.cli.profiles import profiles as listed

    return listed(name)


@fleet_task(
    example="ftlab lab.history last",
    help={
        "run": "one run (the beginning or end of its id, or 'last'); may stand without the flag",
        "moved_from": "the inventory file was here before it was moved: take over its runs",
        "html": "also write the one run as a page: what it changed, and when it was busy with what",
    },
    hostless=True,
)
def history(
    lab: Lab, run: str | None = None, moved_from: str | None = None, html: str | None = None
) -> Any:
    """List the runs that changed something on this inventory, or show one change by change."""
    from ftlab.cli.history import moved, one_run, runs
    from ftlab.lab.opened import opened

    here = opened(lab)
    if moved_from:
        moved(here, moved_from)
    if html is not None and not run:
        raise UsageError("--html needs a run", hint="ftlab lab.history last --html run.html")
    return one_run(here, run, html) if run else runs(here)


@fleet_task(
    example="ftlab lab.undo last",
    help={
        "run": "the run to undo: the beginning or end of its id, or 'last'",
        "force": "undo even where someone changed the value since",
    },
    powers_on=True,
)
def undo(lab: Lab, run: str, force: bool = False) -> Report:
    """Undo exactly what a run changed, where the hosts still have what it left."""
    return lab.undo(run, force=force)


@fleet_task(
    example="ftlab lab.recover --yes",
    help={"run": "only what this run left (its beginning, or 'last'); may stand without the flag"},
    powers_on=True,
)
def recover(lab: Lab, run: str | None = None) -> Report:
    """Finish what runs that were cut short have left: VMs that are down, VMX files, stray files.

    Every task that changes hosts does the same first, for the VMs that it is about.
    """
    return lab.recover(run)


def _needed(profile: str | None) -> str:
    """The profile of the flag, else of its variable or the settings file."""

    named = profile or stored("--profile")
    if not named:
        raise UsageError("--profile NAME or FILE is needed", hint="ftlab lab.profiles lists some")
    return named
