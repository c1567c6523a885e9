"""Questions that hold a VM up until somebody answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.sim.vms.new_vm import identifier
from ftlab.sim.vms.vm import Question, SimVM

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost

_MOVED = """\
This virtual machine may have been moved or copied.

To configure certain management and networking features VMware ESX needs to know which.

Did you move this virtual machine, or did you copy it? If you don't know, answer "I copied it"."""
_SPACE = (
    "There is no more space for virtual disk {disk}. You might be able to continue this session "
    "by freeing disk space on the relevant volume, and clicking _Retry. Click Cancel to terminate "
    "this session."
)


def location(host: SimHost, place: str) -> str:
    """``uuid.location``: which place on which volume a VMX knows itself to be at."""
    store, _, inside = place[1:].partition("] ")
    path = f"/vmfs/volumes/{host.datastores[store]}/{inside}"
    return identifier(path, "location")


def asked_at_power_on(host: SimHost, vm: SimVM) -> Question | None:
    """Whether a VM was moved or copied: its VMX says another place, and no answer to that."""
    config = vm.loaded
    told = config.has("answer.msg.uuid.altered") or config.has("uuid.action")
    here = vm.home or location(host, vm.place)
    if told or config.get("uuid.location", here) == here:
        return None
    choices = ("Cancel", "I _moved it", "I _copied it")
    return Question(_number(host), "msg.uuid.altered", _MOVED, choices, default=2)


def out_of_space(host: SimHost, disk: str) -> Question:
    """What a full datastore asks: retry, or cancel."""
    text = _SPACE.format(disk=disk)
    return Question(_number(host), "msg.hbacommon.outofspace", text, ("_Retry", "Cancel"))


def _number(host: SimHost) -> str:
    number = host.lab.serial()
    return str(number) if host.release.number < (5, 0, 0) else f"_vmx{number}"
