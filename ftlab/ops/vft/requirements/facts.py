"""What ``vft.check`` looks at on one host. Whatever a host does not tell stays unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from functools import partial
from typing import TypeVar

from ftlab.engine.context import Context
from ftlab.engine.job import Found
from ftlab.errors import CommandFailed, ParseError, Refused, VimFault
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.host import cpu, ft_version, ha_agent, licence
from ftlab.esxi.host.licence import Licence
from ftlab.esxi.host.version import Version
from ftlab.esxi.vm import config, ft_devices, ft_verdict, runtime, snapshots, summary
from ftlab.esxi.vm.config import VmConfig
from ftlab.esxi.vm.ft_devices import FtHardware
from ftlab.esxi.vm.runtime import Runtime
from ftlab.frozen import frozen
from ftlab.model import Command
from ftlab.ops.vft.pairs import Half
from ftlab.ops.vft.requirements.networks import Networks, read_networks
from ftlab.ops.vms.listing import find_vms, list_vms

T = TypeVar("T")


@frozen
class HostFacts:
    """One host. ``None``: it did not say. ``ft_vms`` counts its VMs in FT pairs, ``ft_vcpus`` their
    virtual CPUs; ``hv`` is its hardware virtualization (3: on)."""

    host: str
    version: Version | None = None
    networks: Networks = field(default_factory=Networks)
    cpu: str | None = None
    replay: tuple[bool, str] | None = None
    hv: int | None = None
    ft_version: str | None = None
    ft_vms: int | None = None
    ft_vcpus: int | None = None
    licence: Licence | None = None
    ha_agent: bool | None = None


@frozen
class VmFacts:
    """One VM. ``cpus`` and ``memory_mb`` are from its summary: 5.0 prints garbage in its
    configuration (capture). ``host_verdict`` is what the host itself says of the VM and FT."""

    half: Half
    hardware: FtHardware | None = None
    snapshots: int | None = None
    cpus: int | None = None
    memory_mb: int | None = None
    host_verdict: str | None = None


def or_none(work: Callable[[], T]) -> T | None:
    """What ``work`` finds; ``None`` where the host has no answer that can be read. A lost
    connection, or a host agent that is down, is an error all the same."""
    try:
        return work()
    except (CommandFailed, ParseError, Refused):
        return None


def asked(context: Context, command: Command, parse: Callable[[str], T]) -> T | None:
    """The answer as ``parse`` reads it, or ``None`` as in :func:`or_none`."""
    return or_none(lambda: parse(context.ask(command).out))


def read_host(context: Context) -> HostFacts:
    """All of it at the same time."""
    version, networks, processor, abilities, ft, counted, licensed, agent = (
        context.session.together(
            lambda: or_none(lambda: context.version),
            lambda: read_networks(context, partial(asked, context)),
            lambda: (
                asked(context, cpu.build_cpus(), cpu.parse_cpus)
                or asked(context, cpu.build_hardware(), cpu.parse_hardware)
            ),
            lambda: asked(context, cpu.build_abilities(), str),
            lambda: asked(context, ft_version.build_summary(), ft_version.parse_ft_version),
            lambda: or_none(lambda: _count_ft(context)),
            lambda: asked(context, licence.build_licence(), licence.parse_licence),
            lambda: asked(context, ha_agent.build_status(), ha_agent.parse_status),
        )
    )
    vms, vcpus = counted or (None, None)
    said = abilities or ""
    replay, hv = or_none(lambda: cpu.parse_replay(said)), or_none(lambda: cpu.parse_hv(said))
    return HostFacts(
        context.host, version, networks, processor, replay, hv, ft, vms, vcpus, licensed, agent
    )


def _count_ft(context: Context) -> tuple[int | None, int | None]:
    """The VMs in FT pairs and their virtual CPUs. A VM that cannot be read may be one of them,
    so then nothing is known."""
    commands = [summary.build_summary(vm.vmid) for vm in list_vms(context).vms]
    answers = [or_none(partial(_in_ft, done.out)) for done in context.session.run_all(commands)]
    known = [answer for answer in answers if answer is not None]
    if len(known) < len(answers):
        return None, None
    vcpus = [count for in_ft, count in known if in_ft]
    return len(vcpus), None if None in vcpus else sum(count or 0 for count in vcpus)


def _in_ft(answer: str) -> tuple[bool, int | None]:
    found = summary.parse_summary(answer)
    in_ft = found.ft is not None or found.runtime.ft_state not in {None, "notConfigured"}
    return in_ft, found.num_cpu


def _host_verdict(context: Context, vm: VmEntry) -> str:
    """A fault in this answer is what was asked for, and no failure of the question."""
    try:
        return ft_verdict.in_one_line(context.ask(ft_verdict.build_query(vm.vmid)).out)
    except VimFault as fault:
        said = fault.evidence
        return ft_verdict.in_one_line(f"{said['stdout']} {said['stderr']}")


def read_vm(context: Context, vm: VmEntry) -> VmFacts:
    """Each of its answers may be missing."""
    now, conf, hardware, size, shots, said = context.session.together(
        lambda: asked(context, runtime.build_runtime(vm.vmid), runtime.parse_runtime),
        lambda: asked(context, config.build_config(vm.vmid), config.parse_config),
        lambda: asked(context, config.build_config(vm.vmid), ft_devices.parse_hardware),
        lambda: asked(context, summary.build_summary(vm.vmid), summary.parse_summary),
        lambda: asked(context, snapshots.build_get(vm.vmid), snapshots.parse_snapshots),
        lambda: or_none(lambda: _host_verdict(context, vm)),
    )
    half = Half(context.host, vm, now or Runtime(), conf or VmConfig())
    count = None if shots is None else len(shots)
    cpus, memory = (size.num_cpu, size.memory_mb) if size else (None, None)
    return VmFacts(half, hardware, count, cpus, memory, said)


@frozen
class Inspected:
    """What one host has told of itself and of the wanted VMs."""

    host: HostFacts
    vms: tuple[VmFacts, ...]


@frozen
class VftFacts:
    """The part of ``vft.check`` that one host does; what it means is judged for all together."""

    vm: tuple[str, ...]
    changes = False

    def on(self, context: Context) -> Found:
        vms: Sequence[VmEntry] = find_vms(context, self.vm)
        host, *seen = context.session.together(
            lambda: read_host(context), *(lambda v=vm: read_vm(context, v) for vm in vms)
        )
        return Found({}, Inspected(host, tuple(seen)))
