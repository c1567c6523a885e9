"""``vm.reload``: have hostd read a VMX again, also that of a VM which it calls invalid."""

from __future__ import annotations

from ftlab.engine.context import Context
from ftlab.errors import NotProven
from ftlab.esxi.vm import power
from ftlab.facts.noted import NotedFacts
from ftlab.frozen import frozen
from ftlab.model import Change
from ftlab.ops.vms.listing import among, change_of, read_list


@frozen
class Reload:
    """``vm.reload``. An invalid VM has no name and no path in the host's list, only its number:
    ``vmid:12`` names it, and a reload is what brings it back once its file is mended."""

    vm: tuple[str, ...]
    changes = True

    def on(self, context: Context) -> NotedFacts:
        listed = read_list(context)
        invalid = [int(vmid) for vmid in listed.invalid if f"vmid:{vmid}" in self.vm]
        valid = [word for word in self.vm if word not in {f"vmid:{vmid}" for vmid in invalid}]
        for vm in among(context, valid, listed.vms) if valid else ():
            _reload(context, change_of(vm, "reload", None, "reloaded"))
        for vmid in invalid:
            _reload(context, Change("reload", "invalid", "reloaded", vmid=vmid))
        return {}


def _reload(context: Context, change: Change) -> None:
    """Proven by the host's list, which leaves invalid VMs out."""
    vmid = change.vmid or 0
    name = f"VM {change.vm or f'vmid:{vmid}'}"

    def listed(_: object) -> list[str]:
        now = read_list(context)
        if str(vmid) in now.invalid:
            raise NotProven(
                f"{name} is invalid after the reload: the host cannot read its VMX",
                hint="a duplicate key or a missing file does that; the host's hostd.log names it",
            )
        return ["reloaded" if any(vm.vmid == vmid for vm in now.vms) else "gone"]

    context.carry_out([change], do=lambda: context.ask(power.build_reload(vmid)), prove=listed)
