"""A ``Lab`` over simulated hosts without a network, on a clock that only waiting moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from direct_session import DirectSession
from vft_bench import Gone, Lapse

from ftlab.engine.lab import OpenLab
from ftlab.engine.options import Options
from ftlab.engine.report import Report
from ftlab.engine.ui import Ui
from ftlab.errors import Unreachable
from ftlab.model import Host, Outcome
from ftlab.ops.vft.secondary.fleet import power_on_secondaries
from ftlab.ops.vft.secondary.request import PowerOnSecondary
from ftlab.session import Session
from ftlab.sim import PairSpec, SimHost, SimLab


class Listener(Ui):
    """Keeps what is said."""

    def __init__(self, said: list[str]) -> None:
        self._said = said

    def say(self, line: str) -> None:
        self._said.append(line)

    warn = say


@dataclass
class Fleet:
    """``absent`` hosts cannot be reached."""

    sim: SimLab
    time: Lapse
    lab: OpenLab
    said: list[str] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)

    def power_on(self, *vm: str, **wanted: Any) -> Report:
        return power_on_secondaries(self.lab, PowerOnSecondary(vm or ("*",), **wanted))


def make_fleet(
    folder: Path,
    monkeypatch: Any,
    pairs: Sequence[PairSpec],
    hosts: int = 2,
    version: str = "5.0",
    session: Callable[[SimHost], DirectSession] = Gone,
    **options: Any,
) -> Fleet:
    """Hosts of one release; ``options`` as for ``Options``."""
    from ftlab.engine import sessions
    from ftlab.engine.context import Context

    time = Lapse()
    sim = SimLab(
        folder / "sim", hosts=hosts, versions=[version] * hosts, pairs=pairs, clock=time, vms=1
    )
    inventory = folder / "lab.ini"
    inventory.write_text("".join(f"{name}\n" for name in sim.hosts), "utf-8")
    said: list[str] = []
    lab = OpenLab(
        Options(inventory=inventory, state_dir=folder / "state", **options), Listener(said)
    )
    fleet = Fleet(sim, time, lab, said)

    def connect(host: Host) -> Session:
        if host.name in fleet.absent or not sim[host.name].up:
            raise Unreachable(f"{host.name}: no answer", kind="unreachable.refused")
        return session(sim[host.name])

    monkeypatch.setattr(lab, "connect", connect)
    monkeypatch.setattr(
        sessions,
        "Context",
        lambda *a, **k: Context(*a, **{**k, "sleep": time.sleep, "clock": time}),
    )
    return fleet


def by_host(report: Report) -> dict[str, Outcome]:
    return {outcome.host: outcome for outcome in report.outcomes}


def attempts(report: Report, vm: str) -> list[dict[str, Any]]:
    """Every attempt at one VM, wherever it is told; each is told once."""
    found = [a for o in report.outcomes for a in o.facts.get("attempts", ()) if a["name"] == vm]
    return sorted(found, key=lambda one: one["attempt"])


def states(report: Report) -> dict[str, str]:
    """FT state of each pair, as each of its hosts tells it."""
    return {p["name"]: p["state"] for o in report.outcomes for p in o.facts.get("pairs", ())}
