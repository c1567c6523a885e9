"""Which virtual machines of a host a user means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from ftlab.errors import Refused, UsageError
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.regex import regex
from ftlab.whole_number import read_whole

# A path that is not here must not be tried as a glob: its datastore would be a set of letters.
_PATH = regex(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\] .*\.(?i:vmt?x)", re.DOTALL)


def select(vms: Sequence[VmEntry], wanted: str) -> list[VmEntry]:
    """The VMs that ``wanted`` names, in the host's order; an empty list: none is here.

    ``vmid:12``, ``[datastore] dir/file.vmx``, an exact name, else a glob over the names. The
    exact forms win, so that a name with brackets or stars can be written as it is. Raises
    ``Refused`` (``vm.ambiguous``) where two VMs share the exact name, and ``UsageError`` for a
    ``vmid:`` that is no number.
    """
    if wanted.startswith("vmid:"):
        vmid = _vmid(wanted)
        return [vm for vm in vms if vm.vmid == vmid]
    if by_path := [vm for vm in vms if vm.path == wanted]:
        return by_path
    if by_name := [vm for vm in vms if vm.name == wanted]:
        return _only(by_name, wanted)
    if _PATH.fullmatch(wanted):
        return []
    return [vm for vm in vms if fnmatchcase(vm.name, wanted)]


def is_named(vm: VmEntry, wanted: Iterable[str]) -> bool:
    """Whether one of ``wanted`` names this VM, and does not only match its name as a glob."""
    return not {vm.name, vm.path, f"vmid:{vm.vmid}"}.isdisjoint(wanted)


def _vmid(wanted: str) -> int:
    number = read_whole(wanted.removeprefix("vmid:"))
    if number is None:
        raise UsageError(f"not a VM number: {wanted!r}", hint="write vmid:12", kind="usage.vm")
    return number


def _only(found: list[VmEntry], wanted: str) -> list[VmEntry]:
    if len(found) > 1:
        raise Refused(
            f"{len(found)} VMs are named {wanted!r}: "
            + ", ".join(f"vmid:{vm.vmid} {vm.path}" for vm in found),
            hint="name one by its vmid or its path",
            kind="vm.ambiguous",
            candidates=[{"vmid": vm.vmid, "path": vm.path} for vm in found],
        )
    return found
