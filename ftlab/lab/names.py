"""The VMs that a method's caller names."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.errors import UsageError
from ftlab.esxi.getallvms.selector import select

VmNames = str | Sequence[str]
"""One name, glob, ``[datastore] dir/file.vmx`` or ``vmid:12``, or several."""


def listed(names: VmNames) -> tuple[str, ...]:
    """As a tuple. Raises ``UsageError`` for a ``vmid:`` that is no number, before any host is
    asked about it."""
    found = (names,) if isinstance(names, str) else tuple(names)
    for name in found:
        select((), name)
    return found


def needed(vm: VmNames) -> tuple[str, ...]:
    """The same where there must be one. Raises ``UsageError``."""
    found = listed(vm)
    if not found or not all(found):
        raise UsageError("no VM is named")
    return found
