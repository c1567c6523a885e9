"""What a host was before ftlab's runs, as the journal knows it, and how far to go back to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import Refused
from ftlab.esxi.settings.packed import unpack
from ftlab.esxi.settings.setting import HostSetting
from ftlab.esxi.settings.values import SettingValue, normal
from ftlab.frozen import frozen
from ftlab.journal import JournalChange, Outstanding
from ftlab.ops.files import sums
from ftlab.ops.settings import engine
from ftlab.ops.settings.desired import DesiredSettings
from ftlab.ops.undo.setting import ends_for_good, is_once
from ftlab.ops.vmx import backups
from ftlab.ops.vmx.state import WantedKeys
from ftlab.regex import regex
from ftlab.vmx import VmxDocument

_IDENTITY = regex(
    r"uuid\.bios|(?:scsi|ide|sata|nvme)\d+:\d+\.(?:present|filename|devicetype)", re.IGNORECASE
)
"""Keys that tell a VM and its disks. A snapshot or a new disk changes them: an old VMX would then
start the VM from the wrong disk, and break its chain of snapshots."""


@frozen
class VmBaseline:
    """The VMX before the first of ftlab's changes: its backups, its checksum, and the values of
    the keys that ftlab has changed since."""

    backups: tuple[str, ...]
    digest: str
    keys: WantedKeys


@frozen
class Baseline:
    """One host: options by path, VMs by their VMX path, and its other settings."""

    options: Mapping[str, Any] = field(default_factory=dict)
    vms: Mapping[str, VmBaseline] = field(default_factory=dict)
    settings: DesiredSettings = ()

    def with_settings(self, wanted: DesiredSettings) -> DesiredSettings:
        """What is wanted, and of all that is not named there, the old values."""
        named = {setting.name for setting, _ in wanted}
        return [*(each for each in self.settings if each[0].name not in named), *wanted]


def baseline_of(outstanding: Outstanding) -> Baseline:
    """From one host's changes that are not put back."""
    options: dict[str, Any] = {}
    keys: dict[str, list[tuple[str, str | None]]] = {}
    settings: list[tuple[HostSetting, SettingValue]] = []
    for entry in outstanding.first():
        change = entry.change
        path, key = change.path or "", change.key or ""
        if is_once(entry) or ends_for_good(entry):
            continue
        if change.target == engine.TARGET:
            settings.append(_setting_before(entry))
        elif change.target == "vmx":
            keys.setdefault(path, []).append((key, change.before))
        elif change.before is not None:
            options[path] = change.before
    vms = {path: _vm_baseline(outstanding, path, tuple(wanted)) for path, wanted in keys.items()}
    return Baseline(options, vms, settings)


def _setting_before(entry: JournalChange) -> tuple[HostSetting, SettingValue]:
    """As the journal has it: it may be one that only its user knows."""
    known = unpack(entry.extra[engine.PACKED])
    setting = HostSetting(known.name, known.kind, "", "", (known.way,))
    return setting, normal(known.name, known.kind, entry.change.before)


def _vm_baseline(outstanding: Outstanding, path: str, keys: WantedKeys) -> VmBaseline:
    """A run that failed may have removed its backup; the next one then began from the same
    bytes, so its backup is as good."""
    writes = [entry.extra for entry in outstanding.writes(path) if entry.extra.get("backup")]
    digest = writes[0].get("before_digest", "") if writes else ""
    backups = [str(extra["backup"]) for extra in writes if extra.get("before_digest") == digest]
    return VmBaseline(tuple(dict.fromkeys(backups)), str(digest), keys)


def old_document(context: Context, baseline: VmBaseline) -> VmxDocument | None:
    """The VMX as it was; ``None``, with a note, where no backup of it is whole."""
    reasons: list[str] = []
    for backup in baseline.backups:
        try:
            old = backups.copy_back(context, backup)
        except Refused as error:
            reasons.append(error.message)
            continue
        if sums.digest(context, old) == baseline.digest:
            return VmxDocument.parse(old)
        reasons.append(f"the backup {backup} is not what ftlab wrote")
    if reasons:
        context.notes.append(f"{reasons[0]}; only the keys that ftlab changed go back")
    return None


def same_machine(one: VmxDocument, other: VmxDocument) -> bool:
    """Whether both describe the same VM with the same disks. Pure."""
    return _identity(one) == _identity(other)


def _identity(document: VmxDocument) -> dict[str, str]:
    return {
        key.lower(): value.lower() for key, value in document.items() if _IDENTITY.fullmatch(key)
    }
