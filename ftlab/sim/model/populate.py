"""Filling hosts: datastores, VMs, awkward VMs, pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ftlab.sim.data import table_of
from ftlab.sim.ft.pair import FtPair
from ftlab.sim.ft.spec import LEGACY_KEY, REPLAY_KEYS, PairSpec
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.power import begin_log, boot, location
from ftlab.sim.vms.vm import SimVM
from ftlab.sim.vms.vmx_file import NewVm, identifier, write_vm

Keys = Sequence[tuple[str, str]]
SHARED = "shared"
"""Name of the datastore, and of its folder, that all hosts see."""
_AWKWARD = table_of("model/data/awkward.toml")
NASTY_DATASTORE, NASTY_VMS = _AWKWARD["datastore"], _AWKWARD["vms"]
"""Names, paths and annotations that real users have, and parsers stumble over."""


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
    pair = FtPair(spec, (one, primary), (two, secondary))
    if spec.ready:
        boot(one, primary)
        if not spec.host_starts_secondary:
            pair.vcenter.start()
    return pair
