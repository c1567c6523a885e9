"""Arguments that many tasks share."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.errors import UsageError

VM = Sequence[str] | None
VM_HELP = {"vm": "a VM: name, glob, '[datastore] dir/file.vmx' or vmid:12 (repeatable)"}


def needed(values: Sequence[str] | None, flag: str) -> tuple[str, ...]:
    """The values of a repeatable flag that must be there. Raises ``UsageError``."""
    if not values or not all(values):
        raise UsageError(f"{flag} is needed", hint="ftlab --help TASK shows an example")
    return tuple(values)


def named(vm: VM) -> tuple[str, ...]:
    """The VMs that ``--vm`` names. Raises ``UsageError`` where it names none."""
    return needed(vm, "--vm VM")


def seconds(flag: str, text: str) -> float:
    """A number of seconds, 0 or more. Raises ``UsageError``."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise UsageError(f"{flag} {text}: takes a number of seconds, 0 or more")
    return value
