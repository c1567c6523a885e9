"""A whole simulated lab: hosts, their trees on this disk, shared storage, pairs, and time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ftlab.sim.ft.pair import FtPair
from ftlab.sim.ft.spec import PairSpec
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.placement import HostPlan, plan_hosts, plan_pairs
from ftlab.sim.model.populate import add_long_names, add_nasty_vms, add_pair, add_vms, furnish
from ftlab.sim.model.versions import USUAL_VERSIONS, release_named
from ftlab.sim.model.world import World
from ftlab.sim.programs import programs_of
from ftlab.sim.replay.host import pairs_of, replay
from ftlab.sim.replay.recording import Recording

REAL_LATENCY: Mapping[str, float] = {
    "esxcli": 0.5, "vim-cmd": 0.3, "vmware-vim-cmd": 0.3, "esxcfg-advcfg": 0.1, "vmware": 0.05,
}  # fmt: skip
"""Seconds that commands take on a small real host, for ``SimLab(latency=…)``."""


class SimLab(World):
    """Simulated hosts with everything they hold: ``vesxi01``, ``vesxi02``, …, or of the names that
    ``hosts`` gives. Those that were recorded come from ``like``, with releases, VMs and pairs.

    Files are below ``directory``, which is new or empty: one folder a host, and ``shared`` for
    the common datastore. All other state is in memory. ``versions`` are dealt out to the hosts;
    see :func:`~ftlab.sim.model.placement.plan_hosts`. ``pairs``: how many FT pairs, or which.
    ``cure`` is what pairs given by number want :data:`~ftlab.sim.ft.spec.STREAM_OPTION` to be,
    and ``failure`` how their secondaries fail: a name in
    :data:`~ftlab.sim.ft.signatures.SIGNATURES`, or None.
    ``vms``: ordinary VMs on each host; ``nasty``: also ones with awkward names; ``long_names``:
    also some with names as long as real ones.
    ``latency`` and ``clock`` are those of the :class:`World`.
    """

    def __init__(  # noqa: PLR0913 - the knobs of a lab, all by name
        self,
        directory: Path,
        *,
        hosts: int | Sequence[str] = 8,
        like: Sequence[Recording] = (),
        versions: Sequence[str] = USUAL_VERSIONS,
        pairs: int | Sequence[PairSpec] = 1,
        seed: int = 0,
        latency: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
        nasty: bool = False,
        long_names: bool = False,
        cure: int | None = 1,
        failure: str | None = "keepalive",
        vms: int = 2,
        shutdown_seconds: float = 0.5,
    ) -> None:
        super().__init__(directory, seed, latency or {}, clock, shutdown_seconds)
        specs = plan_pairs(0 if like else pairs, cure, failure)
        self.hosts: dict[str, SimHost] = {}
        self.pairs: list[FtPair] = []
        if like:
            self._replay(like, failure)
            return
        plan = plan_hosts(hosts, versions, specs)
        self.hosts |= {name: self._host(name, plan) for name in plan.releases}
        self._fill(plan, vms, nasty)
        if long_names:
            add_long_names(list(self.hosts.values()))

    def _replay(self, like: Sequence[Recording], failure: str | None) -> None:
        hosts = replay(self, like)
        self.hosts |= hosts
        self.pairs += pairs_of(like, hosts, failure)
        for host in hosts.values():
            host.settle()

    def _host(self, name: str, plan: HostPlan) -> SimHost:
        release = release_named(plan.releases[name])
        return SimHost(self, name, release, self.directory / name, programs_of(release))

    def _fill(self, plan: HostPlan, vms: int, nasty: bool) -> None:
        for number, host in enumerate(self.hosts.values()):
            furnish(host)
            host.vms.next_vmid = 1 + (7 * number) % 11
            add_vms(host, vms)
            if nasty:
                add_nasty_vms(host)
        for spec, one, two in plan.pairs:
            self.pairs.append(add_pair(spec, self.hosts[one], self.hosts[two]))

    def __getitem__(self, name: str) -> SimHost:
        return self.hosts[name]
