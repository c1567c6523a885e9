"""Writing a failure's traces into the logs of both halves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.sim.vms.vm import Question

if TYPE_CHECKING:
    from ftlab.sim.ft.halves import Halves
    from ftlab.sim.ft.signatures import Signature


def tell(pair: Halves, signature: Signature, why: str) -> None:
    """Write every trace of ``signature`` where it belongs, under one migration identifier."""
    words = {
        "mig": str(pair.lab.serial() + 1_351_180_724_378_000),
        "ip": pair.primary_host.nics[-1].address,
        "vm": pair.primary.name,
        "disk": _disk(pair),
        "why": why,
    }
    halves = {"primary": ("primary",), "secondary": ("secondary",)}
    for trace in signature.traces:
        for half in halves.get(trace.half, ("primary", "secondary")):
            _write(pair, half, trace.log, trace.text.format(**words))


def _write(pair: Halves, half: str, log: str, text: str) -> None:
    host, vm = pair.side(half)
    if log == "vmware":
        host.vms.log(vm, text)
    else:
        host.log(log, text)


def _disk(pair: Halves) -> str:
    return str(pair.secondary.loaded.get("scsi0:0.fileName", "disk.vmdk"))


def out_of_space(pair: Halves) -> Question:
    """The question a full datastore asks: retry, or cancel."""
    number = pair.lab.serial()
    old = pair.secondary_host.release.number < (5, 0, 0)
    text = (
        f"There is no more space for virtual disk {_disk(pair)}. You might be able to continue "
        "this session by freeing disk space on the relevant volume, and clicking _Retry. Click "
        "Cancel to terminate this session."
    )
    return Question(str(number) if old else f"_vmx{number}", "msg.hbacommon.outofspace",
                    text, ("_Retry", "Cancel"))  # fmt: skip
