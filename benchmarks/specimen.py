"""What a host of the fleet holds and says, taken from ftlab's simulated ESXi 5.5.

Only texts are taken: the fleet itself is files, BusyBox and a real sshd.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from peers.recipe import VM

from ftlab.sim import SimLab
from ftlab.sim.vimcmd.vms import table

_BEGIN = "   extraConfig = (vim.option.OptionValue) [\n"
_LAST = "      (vim.option.OptionValue) {\n"
_OTHERS = ("app01", "web01")


@dataclass(frozen=True)
class Specimen:
    """A VMX file, and the dump of its configuration before and after the keys in between."""

    vmx: str
    head: str
    tail: str


def take() -> Specimen:
    """From a simulated host's first VM, renamed."""
    with tempfile.TemporaryDirectory(prefix="ftlab-bench-") as folder:
        lab = SimLab(Path(folder) / "lab", hosts=1, versions=("5.5",), pairs=0)
        host = next(iter(lab.hosts.values()))
        vm = next(iter(host.vms))
        answer = host.answer(("vim-cmd", "vmsvc/get.config", str(vm.vmid)))
        dump = answer.stdout.decode().replace(vm.name, VM)
        vmx = vm.file.read_text("utf-8").replace(vm.name, VM)
    begin = dump.index(_BEGIN) + len(_BEGIN)
    end = dump.rindex(_LAST, begin, dump.index("   ], \n", begin))
    return Specimen(vmx, dump[:begin], dump[end:])


def listing(datastore: str, vmids: tuple[int, int, int]) -> bytes:
    """``getallvms`` of a host with three VMs, ours among them."""
    names = (_OTHERS[0], VM, _OTHERS[1])
    return table(
        (str(vmid), name, f"[{datastore}] {name}/{name}.vmx", "otherLinux64Guest", "vmx-10", "")
        for vmid, name in zip(vmids, names, strict=True)
    )
