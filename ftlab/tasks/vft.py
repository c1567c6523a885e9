"""``vft``: nested Fault Tolerance. VMware supports none of it: labs only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.tasks.fleet_task import fleet_task
from ftlab.tasks.words import VM, VM_HELP, named, seconds

if TYPE_CHECKING:
    from ftlab.lab.front import Lab
    from ftlab.report.document import Report

_CYCLE = {"power_cycle": "a running VM is shut down for the edit and started again"}


@fleet_task(
    example="ftlab vft.enable --vm db01 --limit vesxi",
    help={
        **VM_HELP,
        **_CYCLE,
        "stream": "also set /Migrate/VMotionStreamDisable to this value on the host (0 or 1)",
    },
    iterable=["vm"],
)
def enable(lab: Lab, vm: VM = None, stream: str | None = None, power_cycle: bool = False) -> Report:
    """Set the three replay keys on a nested VM, reload it, and prove them (unsupported; labs only).

    FT itself is then turned on in vCenter: a host has no command for it.
    """
    from ftlab.ops.vft import EnableVft

    job = EnableVft(named(vm), stream, power_cycle)
    return lab.run("vft.enable", job, {"vm": list(named(vm)), "stream": stream})


@fleet_task(example="ftlab vft.disable --vm db01", help={**VM_HELP, **_CYCLE}, iterable=["vm"])
def disable(lab: Lab, vm: VM = None, power_cycle: bool = False) -> Report:
    """Put back what vft.enable replaced, as far as the journal knows it; remove the rest."""
    from ftlab.lab.history import disable_vft

    return disable_vft(lab, named(vm), power_cycle=power_cycle)


@fleet_task(
    example="ftlab vft.stream --value 0 --limit vesxi",
    help={"value": "the value for /Migrate/VMotionStreamDisable (default 0, as published)"},
)
def stream(lab: Lab, value: str = "0") -> Report:
    """Set /Migrate/VMotionStreamDisable, the cure for a secondary that will not start."""
    from ftlab.ops.advopt import SetOption
    from ftlab.ops.vft import STREAM_OPTION

    return lab.run("vft.stream", SetOption(STREAM_OPTION, value), {"value": value})


@fleet_task(
    example="ftlab vft.power-on-secondary --vm db01",
    help={
        **VM_HELP,
        "no_remedy": "only try and diagnose; change no option",
        "start_primary": "power the primary on first where it is off",
        "wait": "seconds one attempt gets to reach 'running' (120)",
        "attempts": "attempts in all (5)",
    },
    iterable=["vm"],
)
def power_on_secondary(
    lab: Lab,
    vm: VM = None,
    no_remedy: bool = False,
    start_primary: bool = False,
    wait: str = "120",
    attempts: int = 5,
) -> Report:
    """Power on the FT secondary; read the logs where it fails, apply the known remedy, try again.

    Success is the FT state 'running', not 'powered on' alone.
    """
    from ftlab.lab.pairs import PowerOnSecondary, power_on_secondaries

    wanted = PowerOnSecondary(
        named(vm), not no_remedy, start_primary, seconds("--wait", wait), max(1, attempts)
    )
    return power_on_secondaries(lab, wanted)


@fleet_task(example="ftlab vft.status", help=VM_HELP, iterable=["vm"])
def status(lab: Lab, vm: VM = None) -> Report:
    """Show the FT pairs across the hosts, with role, power and state of each half."""
    from ftlab.lab.pairs import status as pair_status

    return pair_status(lab, tuple(vm or ()))
