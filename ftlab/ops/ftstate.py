"""The FT side of every VM of one host: what ``vft.status`` shows and pairs are found from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftlab.esxi import config, runtime
from ftlab.esxi.vmlist import VmEntry
from ftlab.ops.context import Context
from ftlab.ops.pairs import Half
from ftlab.ops.vms import find_vms, list_vms


def read_halves(context: Context, vms: Sequence[VmEntry]) -> list[Half]:
    """Runtime and configuration of each VM, all read at the same time."""
    asked = [runtime.build_runtime(vm.vmid) for vm in vms]
    asked += [config.build_config(vm.vmid) for vm in vms]
    answers = context.ask_all(asked)
    return [
        Half(
            context.host,
            vm,
            runtime.parse_runtime(answers[i].out),
            config.parse_config(answers[i + len(vms)].out),
        )
        for i, vm in enumerate(vms)
    ]


@dataclass(frozen=True)
class FtStatus:
    """``vft.status`` on one host. ``halves`` in the facts is for pairing across the fleet."""

    vm: tuple[str, ...] = ()
    changes = False

    def on(self, context: Context) -> Mapping[str, Any]:
        vms = find_vms(context, self.vm) if self.vm else list_vms(context).vms
        halves = read_halves(context, vms)
        return {"halves": halves, "vms": [half.facts() for half in halves]}
