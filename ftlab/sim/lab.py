"""A whole simulated lab: hosts, their trees on this disk, shared storage, pairs, and time."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ftlab.sim.ft import FtPair
from ftlab.sim.ft_spec import PairSpec
from ftlab.sim.host import SimHost
from ftlab.sim.plan import HostPlan, plan_hosts, plan_pairs
from ftlab.sim.populate import add_nasty_vms, add_pair, add_vms, furnish
from ftlab.sim.versions import VERSIONS, release_named

REAL_LATENCY: Mapping[str, float] = {
    "esxcli": 0.5, "vim-cmd": 0.3, "vmware-vim-cmd": 0.3, "esxcfg-advcfg": 0.1, "vmware": 0.05,
}  # fmt: skip
"""Seconds that commands take on a small real host, for ``SimLab(latency=…)``."""


class SimLab:
    """Simulated hosts ``vesxi01``, ``vesxi02``, … with everything they hold.

    Files are below ``directory``, which is new or empty: one folder a host, and ``shared`` for
    the common datastore. All other state is in memory. ``versions`` are dealt out to the hosts;
    see :func:`~ftlab.sim.plan.plan_hosts`. ``pairs``: how many FT pairs, or which.
    ``cure`` is what pairs given by number want :data:`~ftlab.sim.ft_spec.STREAM_OPTION` to be.
    ``vms``: ordinary VMs on each host; ``nasty``: also ones with awkward names.
    ``latency``: seconds by tool. ``clock`` (seconds, monotonic) drives every change over time,
    which happens when somebody looks: :meth:`tick` is called on every answer and file access.
    """

    def __init__(  # noqa: PLR0913 - the knobs of a lab, all by name
        self,
        directory: Path,
        *,
        hosts: int = 8,
        versions: Sequence[str] = VERSIONS,
        pairs: int | Sequence[PairSpec] = 1,
        seed: int = 0,
        latency: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
        nasty: bool = False,
        cure: int | None = 1,
        vms: int = 2,
        shutdown_seconds: float = 0.5,
    ) -> None:
        self.directory, self.seed, self.clock = directory, seed, clock
        self.latency: Mapping[str, float] = latency or {}
        self.shutdown_seconds = shutdown_seconds
        self.lock = threading.RLock()
        self._began, self._epoch = clock(), datetime.now(UTC)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._serials = itertools.count(1)
        specs = plan_pairs(pairs, cure)
        plan = plan_hosts(hosts, versions, specs)
        self.hosts: dict[str, SimHost] = {name: self._host(name, plan) for name in plan.releases}
        self.pairs: list[FtPair] = []
        self._fill(plan, vms, nasty)

    def _host(self, name: str, plan: HostPlan) -> SimHost:
        return SimHost(self, name, release_named(plan.releases[name]), self.directory / name)

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

    def now(self) -> datetime:
        """The lab's wall clock: it moves with :attr:`clock`."""
        return self._epoch + timedelta(seconds=self.clock() - self._began)

    def serial(self) -> int:
        """A number nobody else in the lab has."""
        return next(self._serials)

    def schedule(self, seconds: float, action: Callable[[], None]) -> None:
        """Do ``action`` at the first look at the lab after ``seconds``."""
        with self.lock:
            heapq.heappush(self._events, (self.clock() + seconds, self.serial(), action))

    def tick(self) -> None:
        """Let everything happen that is due by now. Safe to repeat."""
        with self.lock:
            while self._events and self._events[0][0] <= self.clock():
                heapq.heappop(self._events)[2]()
