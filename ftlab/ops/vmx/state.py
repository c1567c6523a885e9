"""What an edit must know of a VM, and what must change in its VMX, or in hostd, for keys that
are wanted."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.vm import config
from ftlab.esxi.vm.config import VmConfig
from ftlab.esxi.vm.power import build_get_state, parse_state
from ftlab.frozen import frozen
from ftlab.model import Change
from ftlab.ops.vms.listing import change_of, naming
from ftlab.ops.vmx import replace
from ftlab.ops.vmx.replace import VmxFile
from ftlab.regex import regex
from ftlab.vmx import VmxDocument
from ftlab.vmx.validity import refuse_no_vmx

WantedKeys = tuple[tuple[str, str | None], ...]
"""Pairs of a VMX key and its wanted value; ``None``: the key is to go."""

_BOOLEANS = {"true", "false"}
_TYPED = regex(
    r"(\.encoding|displayname|annotation|guestos|memsize|numvcpus|nvram|config\.version"
    r"|virtualhw\.version|uuid\.(bios|location)|vc\.uuid|extendedconfigfile|powertype\..*"
    r"|tools\..*|toolscripts\..*|sched\..*|(scsi|ide|sata|nvme|usb|floppy|ethernet|serial"
    r"|parallel|sound|svga|vmci|pcipassthru|cpuid|checkpoint|bios|firmware)[\d.:].*)$",
    re.IGNORECASE,
)
"""Keys that hostd shows as typed fields or devices instead of in ``extraConfig``
(read off the get.config captures); those are proved from the file that hostd loaded."""


@frozen
class VmState:
    """What an edit must know of a VM: its power, its file, and what hostd has loaded (``None``:
    not asked, see :func:`read_state`)."""

    vm: VmEntry
    power: str
    file: VmxFile
    loaded: VmConfig | None


@frozen
class Plan:
    """``edits`` change the file; ``stale`` keys are right in the file but not loaded."""

    edits: tuple[Change, ...]
    stale: tuple[Change, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.edits + self.stale


def is_typed(key: str) -> bool:
    """Whether hostd shows this key in a field of its own, where it is not compared."""
    return _TYPED.match(key) is not None


def same(one: str | None, other: str | None) -> bool:
    """Whether two VMX values mean the same: hosts change the case of booleans at will."""
    if one is None or other is None or one == other:
        return one == other
    return one.lower() == other.lower() and one.lower() in _BOOLEANS


def read_state(context: Context, vm: VmEntry, wanted: WantedKeys | None = None) -> VmState:
    """Read all three. With ``wanted``, hostd is asked only where one of them holds in the file
    already: it cannot matter what hostd has of a key that is about to be written."""
    if wanted is None:
        (answers, file), loaded = context.session.together(
            lambda: replace.read_after(context, vm, [build_get_state(vm.vmid)]),
            lambda: read_config(context, vm),
        )
        return VmState(vm, parse_state(answers[0].out), file, loaded)
    answers, file = replace.read_after(context, vm, [build_get_state(vm.vmid)])
    written = any(same(file.value(key), value) for key, value in wanted)
    loaded = read_config(context, vm) if written else None
    return VmState(vm, parse_state(answers[0].out), file, loaded)


def as_off(context: Context, state: VmState) -> VmState:
    """The VM now that it is off: going down, the host may have rewritten its VMX."""
    if context.check:
        return dataclasses.replace(state, power="off")
    return read_state(context, state.vm)


def read_config(context: Context, vm: VmEntry) -> VmConfig:
    """What hostd has loaded, not what is in the file."""
    answer = context.ask(config.build_config(vm.vmid)).out
    with naming(vm.name):
        return config.parse_config(answer)


def plan(state: VmState, wanted: WantedKeys) -> Plan:
    """What must change so that file and hostd hold the wanted values. Pure."""
    edits: list[Change] = []
    stale: list[Change] = []
    for key, value in wanted:
        now = state.file.value(key)
        if not same(now, value):
            edits.append(change_of(state.vm, "vmx", now, value, key))
        elif state.loaded is not None and not _TYPED.match(key):
            loaded = state.loaded.extra_get(key)
            if not same(loaded, value):
                stale.append(change_of(state.vm, "reload", loaded, value, key))
    return Plan(tuple(edits), tuple(stale))


def edited(file: VmxFile, changes: Sequence[Change]) -> VmxDocument:
    """The document with the edits made. Raises ``Refused`` for values that the file's encoding
    cannot hold, for a link, for what is no VMX, and for duplicates of any key: the reload would
    make the VM invalid."""
    now = file.document
    with naming(file.vm.name):
        if changes:
            replace.refuse_link(file)
            refuse_no_vmx(now, file.path)
            now.refuse_duplicates()
        for change in changes:
            key, value = change.key or "", change.after
            now = now.unset(key) if value is None else now.set(key, value)
    return now
