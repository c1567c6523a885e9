"""Writing a failure's traces into the logs of both halves, among what busy logs hold besides."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from ftlab.sim.ft.halves import Halves
from ftlab.sim.ft.signatures import Signature

STRANGER = "web07"
"""The VM that all noise is about. No host has it any more."""
_NOISE = tomllib.loads(files("ftlab.sim.ft").joinpath("data/noise.toml").read_text("utf-8"))


def tell(pair: Halves, signature: Signature, why: str) -> None:
    """Write every trace of ``signature`` where it belongs, under one migration identifier."""
    _make_noise(pair)
    words = {
        "mig": str(pair.lab.serial() + 1_351_180_724_378_000),
        "ip": pair.primary_host.nics[-1].address,
        "vm": pair.primary.name,
        "disk": pair.disk,
        "why": why,
    }
    for trace in signature.traces:
        both = ("primary", "secondary") if trace.half == "both" else (trace.half,)
        for host, vm in map(pair.side, both):
            if trace.log == "vmware":
                host.vms.log(vm, trace.text.format(**words))
            else:
                host.log(trace.log, trace.text.format(**words))
    _make_noise(pair)


def _make_noise(pair: Halves) -> None:
    for host in (pair.primary_host, pair.secondary_host) if pair.spec.noise else ():
        for kind, lines in _NOISE.items():
            for text in lines:
                host.log(kind, text.format(vm=STRANGER))
