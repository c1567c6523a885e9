"""How a secondary's power-on fails, as data (``data/signatures.toml``), and the traces of that in
the logs of both halves, among what busy logs hold besides."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from ftlab.sim.ft.halves import Halves

Kind = Literal["fails", "asks", "stuck", "busy", "reboots"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One log line. ``log`` is the VM's own ``vmware.log`` or one of the host's logs; ``half``
    says on which side of the pair it is written."""

    log: Literal["vmware", "vmkernel", "hostd"]
    half: Literal["primary", "secondary", "both"]
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to fail. ``kind``: it fails outright, asks a question first, comes up but never
    gets to run, is busy with another task, or loses its host."""

    name: str
    message: str
    traces: tuple[Trace, ...] = ()
    kind: Kind = "fails"
    fault: str = "vim.fault.GenericVmConfigFault"


def _signature(name: str, entry: dict[str, Any]) -> Signature:
    traces = tuple(Trace(*each) for each in entry.pop("traces", ()))
    return Signature(name, traces=traces, **entry)


_DATA = tomllib.loads(files("ftlab.sim.ft").joinpath("data/signatures.toml").read_text("utf-8"))
SIGNATURES: dict[str, Signature] = {name: _signature(name, entry) for name, entry in _DATA.items()}
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
