"""``vmx``: keys of a VM's configuration file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftlab.cli.fleet_task import fleet_task
from ftlab.cli.values import VM, VM_HELP, named, needed
from ftlab.errors import UsageError

if TYPE_CHECKING:
    from ftlab.engine.lab import Lab
    from ftlab.engine.report import Report
    from ftlab.ops.vmx.edit import WantedKeys

_CYCLE = {"power_cycle": "a running VM is shut down for the edit and started again"}


@fleet_task(
    example="ftlab vmx.get --vm db01 --key replay.supported",
    help={**VM_HELP, "key": "a key to show (repeatable); all without it"},
    iterable=["vm", "key"],
)
def get(lab: Lab, vm: VM = None, key: Any = None) -> Report:
    """Show keys of a VM's VMX file."""
    from ftlab.ops.vmx.keys import GetKeys

    return lab.run("vmx.get", GetKeys(named(vm), tuple(key or ())))


@fleet_task(
    example="ftlab vmx.set --vm db01 --set 'sched.mem.pin=TRUE'",
    help={**VM_HELP, **_CYCLE, "set_": "KEY=VALUE (repeatable)"},
    iterable=["vm", "set_"],
    powers_on=True,
)
def set_(lab: Lab, vm: VM = None, set_: Any = None, power_cycle: bool = False) -> Report:
    """Set keys in a VM's VMX file, reload the VM, and verify it by what hostd then has."""
    from ftlab.ops.vmx.keys import EditKeys

    wanted = _settings(needed(set_, "--set KEY=VALUE"))
    args = {"vm": list(named(vm)), "keys": [key for key, _ in wanted]}
    return lab.run("vmx.set", EditKeys(named(vm), wanted, power_cycle), args)


@fleet_task(
    example="ftlab vmx.unset --vm db01 --key sched.mem.pin",
    help={**VM_HELP, **_CYCLE, "key": "a key to remove (repeatable)"},
    iterable=["vm", "key"],
    powers_on=True,
)
def unset(lab: Lab, vm: VM = None, key: Any = None, power_cycle: bool = False) -> Report:
    """Remove keys from a VM's VMX file, reload the VM, and verify it."""
    from ftlab.ops.vmx.keys import EditKeys

    wanted = tuple((each, None) for each in needed(key, "--key KEY"))
    args = {"vm": list(named(vm)), "keys": [key for key, _ in wanted]}
    return lab.run("vmx.unset", EditKeys(named(vm), wanted, power_cycle), args)


def _settings(settings: Sequence[str]) -> WantedKeys:
    """``K=V`` pairs as wanted keys. Raises ``UsageError`` for a pair without ``=`` or key."""
    wanted: list[tuple[str, str | None]] = []
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"--set {setting!r} is not KEY=VALUE", hint='e.g. --set "memsize=64"')
        wanted.append((key.strip(), value))
    return tuple(wanted)
