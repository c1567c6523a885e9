"""What a host was before ftlab's runs, as the journal knows it, and how far to go back to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ftlab.errors import Refused
from ftlab.journal import JournalChange
from ftlab.ops import vmx, vmxfile
from ftlab.ops.context import Context
from ftlab.vmx import VmxDocument

_IDENTITY = re.compile(
    r"uuid\.bios|(?:scsi|ide|sata|nvme)\d+:\d+\.(?:present|filename|devicetype)", re.IGNORECASE
)
"""Keys that tell a VM and its disks. A snapshot or a new disk changes them: an old VMX would then
start the VM from the wrong disk, and break its chain of snapshots."""


@dataclass(frozen=True)
class VmOrigin:
    """The VMX before the first of ftlab's changes: its backup, its checksum, and the values of
    the keys that ftlab has changed since."""

    backup: str
    digest: str
    keys: vmx.Wishes


@dataclass(frozen=True)
class Origin:
    """One host: options by path, VMs by their VMX path."""

    options: Mapping[str, Any] = field(default_factory=dict)
    vms: Mapping[str, VmOrigin] = field(default_factory=dict)


def origin_of(entries: Iterable[JournalChange]) -> Origin:
    """From one host's changes that still stand, oldest first."""
    options: dict[str, Any] = {}
    first: dict[str, JournalChange] = {}
    keys: dict[str, dict[str, tuple[str, str | None]]] = {}
    for entry in entries:
        change = entry.change
        path, key = change.path or "", change.key or ""
        if change.target == "advopt" and change.before is not None:
            options.setdefault(path, change.before)
        elif change.target == "vmx":
            first.setdefault(path, entry)
            keys.setdefault(path, {}).setdefault(key.lower(), (key, change.before))
    vms = {path: _vm_origin(entry, tuple(keys[path].values())) for path, entry in first.items()}
    return Origin(options, vms)


def _vm_origin(entry: JournalChange, keys: vmx.Wishes) -> VmOrigin:
    extra = entry.extra
    return VmOrigin(str(extra.get("backup", "")), str(extra.get("before_digest", "")), keys)


def old_document(context: Context, origin: VmOrigin) -> VmxDocument | None:
    """The VMX as it was; ``None``, with a note, where its backup is gone or damaged."""
    if not origin.backup:
        return None
    try:
        old = vmxfile.copy_back(context, origin.backup)
    except Refused as error:
        context.notes.append(f"{error.message}; only the keys that ftlab changed go back")
        return None
    if vmxfile.digest(context, old) != origin.digest:
        context.notes.append(
            f"the backup {origin.backup} is not what ftlab wrote; only the keys that ftlab "
            "changed go back"
        )
        return None
    return VmxDocument.parse(old)


def same_machine(one: VmxDocument, other: VmxDocument) -> bool:
    """Whether both describe the same VM with the same disks. Pure."""
    return _identity(one) == _identity(other)


def _identity(document: VmxDocument) -> dict[str, str]:
    return {
        key.lower(): value.lower() for key, value in document.items() if _IDENTITY.fullmatch(key)
    }
