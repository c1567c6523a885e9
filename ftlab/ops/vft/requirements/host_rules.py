"""What FT asks of a host, and of the two hosts of a pair and their halves."""

from __future__ import annotations

from collections.abc import Callable

from ftlab.frozen import frozen
from ftlab.ops.vft.requirements.facts import HostFacts, VmFacts
from ftlab.ops.vft.requirements.networks import NetworkService
from ftlab.ops.vft.requirements.rules import (
    API,
    FAIL,
    GUIDE,
    LEGACY,
    LEGACY_GUIDE,
    PASS,
    SMP,
    SMP_GUIDE,
    UNKNOWN,
    Check,
    Judgement,
    Rule,
    host_unknown,
    judged,
    unknown,
    verdict_on,
)
from ftlab.ops.vft.requirements.vm_rules import ft_kind

_ADAPTERS = "host > Configure > VMkernel adapters"
_FAST = 10_000
_HV = {
    0: "the CPU has no hardware virtualization",
    1: "hardware virtualization cannot be used on this CPU",
    2: "hardware virtualization is off in the BIOS (nested: expose it to the vESXi VM)",
    3: "hardware virtualization is on",
}


def _nics(service: NetworkService, option: str) -> Judgement:
    names = service.nics
    if service.is_contradictory:
        tagged = ", ".join(service.tagged or ()) or "none"
        return UNKNOWN, f"tagged: {tagged}; {option}: {service.option}"
    return verdict_on(
        None if names is None else bool(names), ", ".join(names or ()) or "none", _ADAPTERS
    )


def _ft_uplinks(here: HostFacts) -> Judgement:
    speeds = here.networks.speeds
    if speeds is None:
        return unknown("host > Configure > Physical adapters")
    if not speeds:
        return FAIL, "the FT logging network has no uplink"
    slow = [name for name, speed in speeds.items() if speed < _FAST]
    return (FAIL if slow else PASS), ", ".join(f"{n}: {s} Mbit/s" for n, s in speeds.items())


def _replay(here: HostFacts) -> Judgement:
    """Nested CPUs often cannot; ``replay.allowBTOnly`` is there to do without."""
    if here.replay is None:
        return unknown("host > Summary > Fault Tolerance")
    capable, reasons = here.replay
    if capable:
        return PASS, "the CPU can record and replay"
    why = f" ({reasons})" if reasons else ""
    return UNKNOWN, f"not by the CPU{why}; whether binary translation does shows only by trying"


def _hv(here: HostFacts) -> Judgement:
    good = None if here.hv is None else here.hv == 3
    return verdict_on(good, _HV.get(here.hv or 0, ""), "host > Summary > Fault Tolerance")


def _at_most(most: int, count: Callable[[HostFacts], int | None]) -> Callable[..., Judgement]:
    def judge(here: HostFacts) -> Judgement:
        found = count(here)
        return verdict_on(None if found is None else found <= most, found, "host > Summary")

    return judge


def _licence(here: HostFacts) -> Judgement:
    licence = here.licence
    if licence is None:
        return host_unknown(here, "what it is licensed for")
    if not licence.ft:
        return FAIL, f"{licence.name}: no Fault Tolerance in it"
    number = "" if licence.ft_cpus is None else f", up to {licence.ft_cpus} vCPUs"
    return PASS, f"{licence.name}: Fault Tolerance{number}"


def _ha_agent(here: HostFacts) -> Judgement:
    if here.ha_agent is None:
        return host_unknown(here, "the state of the HA agent")
    if here.ha_agent:
        return PASS, "the HA agent runs (that both hosts are in one cluster, vCenter knows)"
    return FAIL, "the HA agent does not run on this host"


HOST_RULES: tuple[Rule[HostFacts], ...] = (
    Rule("ft-vms-per-host", "at most 4 (das.maxftvmsperhost)", GUIDE,
         _at_most(4, lambda here: here.ft_vms)),
    Rule("ft-vcpus-per-host", "at most 8 in all (das.maxftvcpusperhost)", SMP_GUIDE,
         _at_most(8, lambda here: here.ft_vcpus), SMP),
    Rule("vmotion-nic", "a vmknic for vMotion", API,
         lambda here: _nics(here.networks.vmotion, "/Migrate/Vmknic")),
    Rule("ft-logging-nic", "a vmknic for FT logging", API,
         lambda here: _nics(here.networks.ft_logging, "/FT/Vmknic")),
    Rule("ft-uplink", "10 Gbit/s for the FT logging vmknic (nested: vmxnet3)", SMP_GUIDE,
         _ft_uplinks, SMP),
    Rule("cpu-replay", "a CPU that can record and replay", LEGACY_GUIDE, _replay, LEGACY),
    Rule("cpu-hv", "hardware virtualization on",
         f"{API}: cpuHvUnsupported, cpuHvDisabled; VMware KB 1011712", _hv, SMP),
    Rule("licence", "an edition with FT on every host", SMP_GUIDE, _licence),
    Rule("ha-cluster", "both hosts in one cluster with vSphere HA on", API, _ha_agent),
    Rule("host-certificates", "certificate checking on, thumbprints verified", API,
         lambda _here: unknown("vCenter Server settings > SSL settings")),
)  # fmt: skip


@frozen
class HalfFacts:
    """One half with its host."""

    vm: VmFacts
    host: HostFacts


@frozen
class PairSubject:
    """Both halves."""

    one: HalfFacts
    two: HalfFacts


def _datastore(pair: PairSubject) -> Judgement:
    """By the volumes' own identifiers: a name may mean different volumes on two hosts."""
    found = [set(seen.vm.hardware.datastores) if seen.vm.hardware else set()
             for seen in (pair.one, pair.two)]  # fmt: skip
    if not all(found):
        return unknown("datastore > Hosts")
    common = sorted(found[0] & found[1])
    if common:
        return PASS, ", ".join(common)
    return FAIL, f"{', '.join(sorted(found[0]))} against {', '.join(sorted(found[1]))}"


def _build(pair: PairSubject) -> Judgement:
    one, two = pair.one.host.version, pair.two.host.version
    if one is None or two is None or None in (one.build, two.build):
        return unknown("host > Summary")
    if one.build == two.build:
        return PASS, f"build {one.build}"
    versions = pair.one.host.ft_version, pair.two.host.ft_version
    differ = f"build {one.build} against {two.build}"
    if versions[0] is not None and versions[0] == versions[1]:
        return PASS, f"{differ}, FT version {versions[0]} on both"
    return FAIL, differ


def _vmotion_compatible(pair: PairSubject) -> Judgement:
    """SMP-FT takes what vMotion takes, which only vCenter can say of two builds."""
    verdict, found = _build(pair)
    return (UNKNOWN, f"{found}: vCenter knows") if verdict == FAIL else (verdict, found)


def _ft_version(pair: PairSubject) -> Judgement:
    one, two = pair.one.host.ft_version, pair.two.host.ft_version
    if one is None or two is None:
        return unknown("host > Summary > Fault Tolerance version")
    return (PASS, one) if one == two else (FAIL, f"{one} against {two}")


def _cpu(pair: PairSubject) -> Judgement:
    one, two = pair.one.host.cpu, pair.two.host.cpu
    if one is None or two is None:
        return unknown("host > Summary > Processor type")
    return (PASS, one) if one == two else (FAIL, f"{one} against {two}")


PAIR_RULES: tuple[Rule[PairSubject], ...] = (
    Rule("shared-datastore", "one that both hosts see", GUIDE, _datastore, LEGACY),
    Rule("same-build", "the same build, or (from 4.1) the same FT version", GUIDE, _build, LEGACY),
    Rule("same-build", "builds compatible with vMotion", LEGACY_GUIDE, _vmotion_compatible, SMP),
    Rule("ft-version", "the same on both hosts", "vSphere API, HostFeatureVersionKey", _ft_version),
    Rule("cpu-family", "the same CPU family and model", LEGACY_GUIDE, _cpu, LEGACY),
)

_ALONE = "no second half on the hosts of this run: turn FT on in vCenter, or widen --limit"


def check_pair(one: HalfFacts, two: HalfFacts | None) -> list[Check]:
    """The table across the pair; all unknown where there is no second half."""
    name, kind = one.vm.half.vm.name, ft_kind(one.vm, one.host)
    if two is None:
        return [
            Check(name, rule.requirement, UNKNOWN, _ALONE, rule.wanted, rule.source)
            for rule in PAIR_RULES
            if kind in rule.kinds
        ]
    return judged(PAIR_RULES, PairSubject(one, two), {kind}, name)
