"""The jobs behind ``vmx.get``, ``vmx.set`` and ``vmx.unset``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftlab.esxi.vmlist import VmEntry
from ftlab.ops import vmx, vmxfile
from ftlab.ops.context import Context
from ftlab.ops.vms import find_vms


@dataclass(frozen=True)
class GetKeys:
    """``vmx.get``: the file's values; all keys where none is named."""

    vm: tuple[str, ...]
    key: tuple[str, ...] = ()
    changes = False

    def on(self, context: Context) -> Mapping[str, Any]:
        found = find_vms(context, self.vm)
        names = [vm.name for vm in found]
        return {
            "vmx": {
                vm.path if names.count(vm.name) > 1 else vm.name: self._values(context, vm)
                for vm in found
            }
        }

    def _values(self, context: Context, vm: VmEntry) -> dict[str, str | None]:
        file = vmxfile.read_vmx(context, vm)
        document = file.document
        wanted = {key.lower() for key in self.key}
        for key, lines in document.duplicates:
            if not wanted or key.lower() in wanted:
                context.notes.append(
                    f"{vm.name}: {key} is there {len(lines)} times, on lines "
                    f"{', '.join(map(str, lines))}; a host calls such a VM invalid"
                )
        if self.key:
            return {key: file.value(key) for key in self.key}
        context.notes += [
            f"{vm.name}: line {line} is left out: its quotes do not pair"
            for line in document.unpaired
        ]
        values: dict[str, str | None] = {}
        for key, value in document.items():
            values.setdefault(key, value)  # as everywhere, the first of a duplicate counts
        return values


@dataclass(frozen=True)
class EditKeys:
    """``vmx.set`` and ``vmx.unset``."""

    vm: tuple[str, ...]
    wanted: vmx.WantedKeys
    power_cycle: bool = False
    changes = True

    def on(self, context: Context) -> Mapping[str, Any]:
        for vm in find_vms(context, self.vm):
            state = vmx.read_state(context, vm, self.wanted)
            vmx.ensure(context, state, self.wanted, power_cycle=self.power_cycle)
        return {}
