"""The jobs behind ``vmx.get``, ``vmx.set`` and ``vmx.unset``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlab.engine.context import Context
from ftlab.engine.unmatched import Absent
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.facts.noted import NotedFacts
from ftlab.facts.vms import VmxFacts
from ftlab.frozen import frozen
from ftlab.nearest import SLIP, suggest
from ftlab.ops.vms.listing import find_vms
from ftlab.ops.vmx import edit, replace
from ftlab.ops.vmx.state import WantedKeys, read_state
from ftlab.vmx import VmxDocument
from ftlab.vmx.key import check_key, each_key_once
from ftlab.vmx.validity import is_encrypted


@frozen
class GetKeys:
    """``vmx.get``: the file's values; all keys where none is named."""

    vm: tuple[str, ...]
    key: tuple[str, ...] = ()
    changes = False

    def __post_init__(self) -> None:
        for key in self.key:
            check_key(key)

    def on(self, context: Context) -> VmxFacts:
        found = find_vms(context, self.vm)
        names = [vm.name for vm in found]
        files = [replace.read_vmx(context, vm) for vm in found]
        self._note_absent(context, [file.document for file in files])
        return {
            "vmx": {
                file.vm.path if names.count(file.vm.name) > 1 else file.vm.name: self._values(
                    context, file
                )
                for file in files
            }
        }

    def _note_absent(self, context: Context, documents: Sequence[VmxDocument]) -> None:
        """Keys that no VM of this host has, as far as that can be seen."""
        if any(map(is_encrypted, documents)):
            return
        known = {name.lower(): name for document in documents for name, _ in document.items()}
        context.absent += [
            Absent("key", key, tuple(known.values()))
            for key in self.key
            if key.lower() not in known
        ]

    def _values(self, context: Context, file: replace.VmxFile) -> dict[str, str | None]:
        document, vm = file.document, file.vm
        wanted = {key.lower() for key in self.key}
        for key, lines in document.duplicates:
            if not wanted or key.lower() in wanted:
                context.notes.append(
                    f"{vm.name}: {key} is there {len(lines)} times, on lines "
                    f"{', '.join(map(str, lines))}; a host calls such a VM invalid"
                )
        if self.key:
            note_near_keys(context, vm, document, self.key)
            return {key: file.value(key) for key in self.key}
        context.notes += [
            f"{vm.name}: line {line} is left out: its quotes do not pair"
            for line in document.unpaired
        ]
        values: dict[str, str | None] = {}
        for key, value in document.items():
            values.setdefault(key, value)  # as everywhere, the first of a duplicate counts
        return values


def note_near_keys(
    context: Context, vm: VmEntry, document: VmxDocument, keys: Iterable[str]
) -> None:
    """A key that is not there may be a slip of the pen, or may never have been set; or it is among
    those of an encrypted VM that cannot be seen."""
    names = [name for name, _ in document.items()]
    missing = [key for key in keys if document.get(key) is None]
    if missing and is_encrypted(document):
        said = f"a part of its VMX is encrypted, and may have {', '.join(missing)}"
        context.notes.append(f"{vm.name}: {said}")
        return
    near = {key: suggest(key, names, SLIP) for key in missing}
    context.notes += [f"{vm.name} has no {key}: {hint}" for key, hint in near.items() if hint]


@frozen
class EditKeys:
    """``vmx.set`` and ``vmx.unset``. Raises ``UsageError`` for what cannot be a key, and for a key
    with two values."""

    vm: tuple[str, ...]
    wanted: WantedKeys
    power_cycle: bool = False
    changes = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "wanted", each_key_once(self.wanted))

    def on(self, context: Context) -> NotedFacts:
        states = [read_state(context, vm, self.wanted) for vm in find_vms(context, self.vm)]
        removed = [key for key, value in self.wanted if value is None]
        for state in states:
            note_near_keys(context, state.vm, state.file.document, removed)
        wanted = [(state, self.wanted) for state in states]
        edit.ensure_all(context, wanted, power_cycle=self.power_cycle)
        return {}
