"""Arguments that many tasks share."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from ftlab.errors import UsageError
from ftlab.fleet.limits import parse_seconds
from ftlab.whole_number import read_whole

VM = Sequence[str] | None
VM_HELP = {
    "vm": "a VM: name, glob, '[datastore] dir/file.vmx' or vmid:12 (repeatable; one may "
    "stand without the flag)"
}


def needed(values: Sequence[str] | None, flag: str) -> tuple[str, ...]:
    """The values of a repeatable flag that must be there. Raises ``UsageError``."""
    if not values or not all(values):
        raise UsageError(f"{flag} is needed")
    return tuple(values)


def named(vm: VM) -> tuple[str, ...]:
    """The VMs that ``--vm`` names; ``Lab`` reads the names. Raises ``UsageError`` where it names
    none."""
    return needed(vm, "--vm VM")


def chosen(vm: VM) -> tuple[str, ...]:
    """The same where ``--vm`` may be left out."""
    return named(vm) if vm else ()


def seconds(flag: str, text: str) -> float:
    """A number of seconds, 0 or more. Raises ``UsageError``."""
    return parse_seconds(flag, text, zero=True)


def integer(flag: str, text: str) -> str:
    """The text, if it is an integer; the host's own limits are checked on the host. Raises
    ``UsageError``."""
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
        raise UsageError(f"{flag} {text}: takes an integer, 0 or 1 on the hosts that are known")
    return text


def whole(flag: str, text: str | None) -> int | None:
    """A whole number, 1 or more, of the flag, else of its variable (``FTLAB_KEEP_RUNS``), else of
    the settings file; ``None`` where none is given. Raises ``UsageError``."""
    said = text if text is not None else stored(flag)
    if not said:
        return None
    number = read_whole(said, 6)
    if not number:
        raise UsageError(f"{flag} {said}: takes a whole number, 1 or more")
    return number


def stored(flag: str) -> str | None:
    """What the variable of a task's own flag says, or else the settings file. Raises
    ``UsageError``."""
    from ftlab.cli.settings.file import read_settings

    said = os.environ.get(variable(flag))
    if said is not None:
        return said
    name = flag.removeprefix("--").replace("-", "_")
    found = read_settings(os.environ).values.get(name)
    return None if found is None else str(found)


def variable(flag: str) -> str:
    """``--keep-runs`` as ``FTLAB_KEEP_RUNS``."""
    return "FTLAB_" + flag.removeprefix("--").replace("-", "_").upper()
