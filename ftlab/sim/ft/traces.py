"""Writing a failure's traces into the logs of both halves."""

from __future__ import annotations

from ftlab.sim.ft.halves import Halves
from ftlab.sim.ft.noise import make_noise
from ftlab.sim.ft.signatures import Signature


def tell(pair: Halves, signature: Signature, why: str) -> None:
    """Write every trace of ``signature`` where it belongs, under one migration identifier."""
    if pair.spec.noise:
        _make_noise(pair)
    words = {
        "mig": str(pair.lab.serial() + 1_351_180_724_378_000),
        "ip": pair.primary_host.nics[-1].address,
        "vm": pair.primary.name,
        "disk": disk_of(pair),
        "why": why,
    }
    halves = {"primary": ("primary",), "secondary": ("secondary",)}
    for trace in signature.traces:
        for half in halves.get(trace.half, ("primary", "secondary")):
            _write(pair, half, trace.log, trace.text.format(**words))
    if pair.spec.noise:
        _make_noise(pair)


def _make_noise(pair: Halves) -> None:
    for half in ("primary", "secondary"):
        make_noise(pair.side(half)[0])


def _write(pair: Halves, half: str, log: str, text: str) -> None:
    host, vm = pair.side(half)
    if log == "vmware":
        host.vms.log(vm, text)
    else:
        host.log(log, text)


def disk_of(pair: Halves) -> str:
    """The disk that both halves use."""
    return str(pair.secondary.loaded.get("scsi0:0.fileName", "disk.vmdk"))
