"""Simulated pairs on a clock that only waiting moves: no test here waits for real."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from direct_session import DirectSession

from ftlab.engine.context import Context
from ftlab.errors import Lost
from ftlab.ops.vft.secondary.pair_run import PairRun
from ftlab.ops.vft.secondary.request import PowerOnSecondary
from ftlab.ops.vft.status import read_halves
from ftlab.ops.vms.listing import find_vms
from ftlab.sim import PairSpec, SimHost, SimLab
from ftlab.sim.ft.pair import FtPair
from ftlab.sim.ft.spec import STREAM_OPTION
from ftlab.sim.shell.call import Cut


class Lapse:
    """Time that passes by sleeping alone. ``naps`` lists every sleep."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.naps.append(seconds)


@dataclass
class Bench:
    """Two hosts of one release and a pair; ``pair_run`` is ready to run."""

    lab: SimLab
    time: Lapse
    contexts: list[Context]
    pair_run: PairRun
    said: list[str] = field(default_factory=list)

    @property
    def pair(self) -> FtPair:
        return self.lab.pairs[0]

    @property
    def power_ons(self) -> int:
        return power_ons(self.pair)

    @property
    def changes(self) -> list[tuple[str, str, Any, Any, bool | None]]:
        return [(c.host, change.target, change.before, change.after, change.verified)
                for c in self.contexts for change in c.changes]  # fmt: skip

    @property
    def causes(self) -> list[str | None]:
        return [one.cause for one in self.pair_run.log.made]

    @property
    def notes(self) -> str:
        return "\n".join(note for c in self.contexts for note in c.notes)

    def stream(self) -> list[str]:
        return [option(host, STREAM_OPTION) for host in self.lab.hosts.values()]


def power_ons(pair: FtPair) -> int:
    """How often the secondary's host saw its power.on."""
    wanted = ("vim-cmd", "vmsvc/power.on", str(pair.secondary.vmid))
    return pair.secondary_host.commands.count(wanted)


def option(host: SimHost, path: str) -> str:
    found = host.options.find(path)
    assert found is not None
    return str(host.options.value(found))


def set_option(host: SimHost, path: str, value: str) -> None:
    found = host.options.find(path)
    assert found is not None
    host.options.set(found, value)


class Gone(DirectSession):
    """A session that dies with its host: a restart leaves it dead."""

    def __init__(self, model: SimHost) -> None:
        super().__init__(model)
        self.boots = model.boots

    def run(self, command: Any) -> Any:
        if self.model.boots != self.boots:
            self.lives = 0
        try:
            return super().run(command)
        except Cut as cut:
            raise Lost("the connection died", in_flight=[str(command)]) from cut


def make_bench(
    folder: Path,
    version: str = "5.0",
    *,
    versions: tuple[str, str] | None = None,
    prepare: Callable[[SimLab], None] = lambda _lab: None,
    session: Callable[[SimHost], DirectSession] = DirectSession,
    **spec: Any,
) -> Bench:
    """A lab of two hosts with one pair, ready but for its failure; ``spec`` of the pair and
    keywords of ``PowerOnSecondary`` and ``PairRun`` together."""
    asked = {k: spec.pop(k) for k in list(spec) if k in PowerOnSecondary.__dataclass_fields__}
    knobs = {k: spec.pop(k) for k in list(spec) if k in {"reconnect", "dice", "earlier"}}
    time = Lapse()
    lab = SimLab(
        folder, hosts=2, versions=list(versions or (version, version)), clock=time, vms=1,
        pairs=[PairSpec(**{"ready": True, "host_starts_secondary": True, **spec})],
    )  # fmt: skip
    prepare(lab)
    said: list[str] = []
    contexts = [
        Context(session(host), sleep=time.sleep, clock=time, say=said.append)
        for host in lab.hosts.values()
    ]
    sides = [(c, read_halves(c, find_vms(c, ("db01",)))[0]) for c in contexts]
    wanted = PowerOnSecondary(("db01",), **asked)
    pair_run = PairRun(sides[0], sides[1], wanted, **{"dice": lambda: 0.0, **knobs})
    for host in lab.hosts.values():
        host.commands.clear()
    return Bench(lab, time, contexts, pair_run, said)
