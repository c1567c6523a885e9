"""How a secondary's power-on fails, as data: ``data/signatures.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

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
