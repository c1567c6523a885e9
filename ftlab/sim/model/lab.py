"""A whole simulated lab: dealing out releases and pairs to its hosts, and filling these with
datastores, VMs, awkward VMs, and pairs."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, groupby, pairwise
from pathlib import Path

from ftlab.sim.data import table_of
from ftlab.sim.ft.pair import FtPair
from ftlab.sim.ft.spec import LEGACY_KEY, REPLAY_KEYS, SIGNATURES, PairSpec
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.machine import World
from ftlab.sim.model.versions import USUAL_VERSIONS, Release, release_named
from ftlab.sim.programs import programs_of
from ftlab.sim.replay.host import pairs_of, replay
from ftlab.sim.replay.recording import Recording
from ftlab.sim.vms.power import begin_log, boot, location
from ftlab.sim.vms.vm import SimVM
from ftlab.sim.vms.vmx_file import NewVm, identifier, write_vm

REAL_LATENCY: Mapping[str, float] = {
    "esxcli": 0.5, "vim-cmd": 0.3, "vmware-vim-cmd": 0.3, "esxcfg-advcfg": 0.1, "vmware": 0.05,
}  # fmt: skip
"""Seconds that commands take on a small real host, for ``SimLab(latency=…)``."""

Keys = Sequence[tuple[str, str]]
SHARED = "shared"
"""Name of the datastore, and of its folder, that all hosts see."""
_AWKWARD = table_of("model/data/awkward.toml")
NASTY_DATASTORE, NASTY_VMS = _AWKWARD["datastore"], _AWKWARD["vms"]
"""Names, paths and annotations that real users have, and parsers stumble over."""


class SimLab(World):
    """Simulated hosts with everything they hold: ``vesxi01``, ``vesxi02``, …, or of the names that
    ``hosts`` gives. Those that were recorded come from ``like``, with releases, VMs and pairs.

    Files are below ``directory``, which is new or empty: one folder a host, and ``shared`` for
    the common datastore. All other state is in memory. ``versions`` are dealt out to the hosts in
    the order given, when there are as many, else spread over them; then the first two hosts share
    one release with record/replay FT, for the pairs to live on. ``pairs``: how many FT pairs, or
    which. Raises ``ValueError`` for a pair and fewer than two hosts.
    ``cure`` is what pairs given by number want :data:`~ftlab.sim.ft.spec.STREAM_OPTION` to be,
    and ``failure`` how their secondaries fail: a name in
    :data:`~ftlab.sim.ft.spec.SIGNATURES`, or None.
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
        specs = _plan_pairs(0 if like else pairs, cure, failure)
        self.hosts: dict[str, SimHost] = {}
        self.pairs: list[FtPair] = []
        if like:
            self._replay(like, failure)
            return
        releases = _dealt(hosts, versions, paired=bool(specs))
        for name, release in releases.items():
            folder, programs = self.directory / name, programs_of(release)
            self.hosts[name] = SimHost(self, name, release, folder, programs)
        self._fill(vms, nasty)
        for spec, (one, two) in zip(specs, cycle(_couples(releases)), strict=False):
            halves = self.hosts[spec.primary or one], self.hosts[spec.secondary or two]
            self.pairs.append(add_pair(spec, *halves))
        if long_names:
            add_long_names(list(self.hosts.values()))

    def _replay(self, like: Sequence[Recording], failure: str | None) -> None:
        hosts = replay(self, like)
        self.hosts |= hosts
        self.pairs += pairs_of(like, hosts, failure)
        for host in hosts.values():
            host.settle()

    def _fill(self, vms: int, nasty: bool) -> None:
        for number, host in enumerate(self.hosts.values()):
            furnish(host)
            host.vms.next_vmid = 1 + (7 * number) % 11
            add_vms(host, vms)
            if nasty:
                add_nasty_vms(host)

    def __getitem__(self, name: str) -> SimHost:
        return self.hosts[name]


def _plan_pairs(
    pairs: int | Sequence[PairSpec], cure: int | None, failure: str | None
) -> tuple[PairSpec, ...]:
    """Pairs given by number are called ``db01``, ``db02``, … Raises ``ValueError``."""
    if failure is not None and failure not in SIGNATURES:
        raise ValueError(f"no failure {failure!r}; there are {', '.join(sorted(SIGNATURES))}")
    if isinstance(pairs, int):
        if pairs < 0:
            raise ValueError(f"the number of FT pairs is 0 or more, not {pairs}")
        return tuple(PairSpec(f"db{n:02}", cure=cure, failure=failure) for n in range(1, pairs + 1))
    return tuple(pairs)


def _dealt(
    hosts: int | Sequence[str], versions: Sequence[str], *, paired: bool
) -> dict[str, Release]:
    names = [f"vesxi{n:02}" for n in range(1, hosts + 1)] if isinstance(hosts, int) else list(hosts)
    count = len(names)
    if paired and count < 2:
        raise ValueError("an FT pair needs two hosts")
    wanted = [release_named(version) for version in versions]
    dealt = wanted if len(wanted) == count else _spread(count, wanted, paired=paired)
    return dict(zip(names, dealt, strict=True))


def _spread(count: int, wanted: list[Release], *, paired: bool) -> list[Release]:
    """From end to end of ``wanted``; with pairs, the first two hosts are of one release."""
    if not paired:
        return _even(count, wanted)
    legacy = [release for release in wanted if release.legacy_ft] or wanted
    first = next((release for release in legacy if release.name == "5.0"), legacy[0])
    rest = [release for release in wanted if release != first] or wanted
    return [first, first, *_even(count - 2, rest)]


def _even(count: int, wanted: list[Release]) -> list[Release]:
    """``count`` releases spread evenly from the first to the last, or in turns when there are
    more hosts than releases."""
    if count >= len(wanted):
        return [wanted[n % len(wanted)] for n in range(count)]
    step = (len(wanted) - 1) / max(1, count - 1)
    return [wanted[round(n * step)] for n in range(count)]


def _couples(releases: dict[str, Release]) -> list[tuple[str, str]]:
    """Disjoint couples of neighbours on one release; failing that, the first two hosts."""
    alike = (iter(names) for _, names in groupby(releases, key=releases.__getitem__))
    couples = [couple for names in alike for couple in zip(names, names, strict=False)]
    return couples or list(pairwise(releases))[:1]


def volume_id(name: str) -> str:
    """A VMFS volume's identifier, always the same for the same name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:16]}-{digest[16:20]}-{digest[20:32]}"


def furnish(host: SimHost) -> None:
    """What every host has before its VMs: datastores, the head of its logs and, before vmknics
    had tags (5.1), the options that name those for vMotion and FT."""
    add_datastore(host, "datastore1")
    host.share_datastore(SHARED, volume_id(SHARED), SHARED)
    for kind in ("vmkernel", "hostd"):
        host.log(kind, f"Boot: {host.release.version} build {host.release.build} is up")
    if host.release.number < (5, 1, 0):
        for path, nic in (("/Migrate/Vmknic", "vmk1"), ("/FT/Vmknic", "vmk2")):
            option = host.options.find(path)
            if option is not None:
                host.options.set(option, nic)


def add_datastore(host: SimHost, name: str) -> None:
    """A datastore of this host alone, with its name as a link to its identifier."""
    uuid = volume_id(f"{host.name}/{name}")
    host.datastores[name] = uuid
    (host.root / "vmfs/volumes" / uuid).mkdir()
    (host.root / "vmfs/volumes" / name).symlink_to(uuid)


def add_vm(
    host: SimHost, place: str, name: str, extra: Keys = (), disk: str | None = None
) -> SimVM:
    """Write a VM's files at ``[datastore] directory/file.vmx`` and register it. ``extra`` are
    VMX keys; ``disk`` is another VM's disk to use."""
    seed = f"{host.lab.seed}/{host.name}/{place}"
    place, file = host.vms.place(place)
    extra = (("uuid.location", location(host, place)), *extra)
    write_vm(file, NewVm(name, host.release.hardware, seed, extra=tuple(extra), disk=disk))
    vm = host.vms.register(place)
    begin_log(host, vm)
    return vm


def add_vms(host: SimHost, count: int) -> None:
    """Ordinary VMs: ``app01``, …; the last of several is on."""
    for number in range(1, count + 1):
        name = f"app{number:02}"
        vm = add_vm(host, f"[datastore1] {name}/{name}.vmx", name)
        if 1 < number == count:
            boot(host, vm)


def add_long_names(hosts: Sequence[SimHost]) -> None:
    """On every third host, the first among them: a VM and a datastore with names as long as those
    of real labs."""
    store, vm = _AWKWARD["long_datastore"], _AWKWARD["long_vm"]
    for host in hosts[::3]:
        add_datastore(host, store)
        add_vm(host, f"[{store}] {vm}/{vm}.vmx", vm)


def add_nasty_vms(host: SimHost) -> None:
    """VMs whose names, folders, datastore and annotations are hard to read back."""
    add_datastore(host, NASTY_DATASTORE)
    for name, path, annotation in NASTY_VMS:
        extra = [("annotation", annotation)] if annotation else []
        add_vm(host, f"[{NASTY_DATASTORE}] {path}", name, extra=extra)


def add_pair(spec: PairSpec, one: SimHost, two: SimHost) -> FtPair:
    """The same VM on two hosts: one disk on the shared datastore, a VMX for each half, and the
    same BIOS identity."""
    keys = [("uuid.bios", identifier(f"{one.lab.seed}/{spec.vm}", "bios"))]
    keys += [(key, "TRUE") for key in REPLAY_KEYS] if spec.ready else []
    if spec.ready and one.release.number >= (6, 0, 0) and one.release.legacy_ft:
        keys.append((LEGACY_KEY, "TRUE"))
    primary = add_vm(one, f"[{SHARED}] {spec.vm}/{spec.vm}.vmx", spec.vm, extra=keys)
    disk = f"/vmfs/volumes/{two.datastores[SHARED]}/{spec.vm}/{spec.vm}.vmdk"
    secondary = add_vm(two, f"[{SHARED}] {spec.vm}_1/{spec.vm}.vmx", spec.vm, extra=keys, disk=disk)
    spec = replace(spec, primary=one.name, secondary=two.name)
    pair = FtPair(spec, (one, primary), (two, secondary))
    if spec.ready:
        boot(one, primary)
        if not spec.host_starts_secondary:
            pair.vcenter.start()
    return pair
