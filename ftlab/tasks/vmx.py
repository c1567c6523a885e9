"""``vmx``: keys of a VM's configuration file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftlab.cli.fleet_task import fleet_task
from ftlab.cli.values import VM, VM_HELP, named, needed
from ftlab.errors import UsageError

if TYPE_CHECKING:
    from ftlab.engine.report import Report
    from ftlab.lab.lab import Lab

_CYCLE = {"power_cycle": "a running VM is shut down for the edit and started again"}


@fleet_task(
    example="ftlab vmx.get --vm db01 --key replay.supported",
    help={**VM_HELP, "key": "a key to show (repeatable); all without it"},
    iterable=["vm", "key"],
)
def get(lab: Lab, vm: VM = None, key: Any = None) -> Report:
    """Show keys of a VM's VMX file."""
    return lab.get_vmx(named(vm), tuple(key or ()))


@fleet_task(
    example="ftlab vmx.set --vm db01 --set 'sched.mem.pin=TRUE'",
    help={**VM_HELP, **_CYCLE, "set_": "KEY=VALUE (repeatable)"},
    iterable=["vm", "set_"],
    powers_on=True,
)
def set_(lab: Lab, vm: VM = None, set_: Any = None, power_cycle: bool = False) -> Report:
    """Set keys in a VM's VMX file, reload the VM, and verify it by what hostd then has."""
    keys = _settings(needed(set_, "--set KEY=VALUE"))
    return lab.set_vmx(named(vm), keys, power_cycle=power_cycle)


@fleet_task(
    example="ftlab vmx.unset --vm db01 --key sched.mem.pin",
    help={**VM_HELP, **_CYCLE, "key": "a key to remove (repeatable)"},
    iterable=["vm", "key"],
    powers_on=True,
)
def unset(lab: Lab, vm: VM = None, key: Any = None, power_cycle: bool = False) -> Report:
    """Remove keys from a VM's VMX file, reload the VM, and verify it."""
    return lab.unset_vmx(named(vm), needed(key, "--key KEY"), power_cycle=power_cycle)


def _settings(settings: Sequence[str]) -> list[tuple[str, str]]:
    """``K=V`` as keys and values. Raises ``UsageError`` for a pair without ``=`` or key."""
    wanted: list[tuple[str, str]] = []
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"--set {setting!r} is not KEY=VALUE", hint='e.g. --set "memsize=64"')
        wanted.append((key.strip(), value))
    return wanted
