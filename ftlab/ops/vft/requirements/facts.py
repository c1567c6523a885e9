"""What ``vft.check`` looks at on one host. Whatever a host does not tell stays unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, ParseError, Refused
from ftlab.esxi.getallvms.listing import VmEntry
from ftlab.esxi.host import cpu, vmknic
from ftlab.esxi.host import ft_version as hostsummary
from ftlab.esxi.host.version import Version
from ftlab.esxi.vm import config, ft_devices, runtime, snapshots, summary
from ftlab.esxi.vm.config import VmConfig
from ftlab.esxi.vm.ft_devices import FtHardware
from ftlab.esxi.vm.runtime import Runtime
from ftlab.model import Command
from ftlab.ops import advopt
from ftlab.ops.vft.pairs import Half
from ftlab.ops.vms.listing import find_vms, list_vms

T = TypeVar("T")


@dataclass(frozen=True)
class HostSeen:
    """One host. ``None``: it did not say. ``ft_vms`` counts its VMs in FT pairs."""

    host: str
    version: Version | None = None
    vmotion_nics: tuple[str, ...] | None = None
    ft_nics: tuple[str, ...] | None = None
    cpu: str | None = None
    replay: tuple[bool, str] | None = None
    ft_version: str | None = None
    ft_vms: int | None = None


@dataclass(frozen=True)
class VmSeen:
    """One VM. ``cpus`` and ``memory_mb`` are from its summary: 5.0 prints garbage in its
    configuration (capture)."""

    half: Half
    hardware: FtHardware | None = None
    snapshots: int | None = None
    cpus: int | None = None
    memory_mb: int | None = None


def or_none(work: Callable[[], T]) -> T | None:
    """What ``work`` finds; ``None`` where the host has no answer that can be read. A lost
    connection, or a host agent that is down, is an error all the same."""
    try:
        return work()
    except (CommandFailed, ParseError, Refused):
        return None


def _asked(context: Context, command: Command, parse: Callable[[str], T]) -> T | None:
    return or_none(lambda: parse(context.ask(command).out))


def see_host(context: Context) -> HostSeen:
    """All of it at the same time."""
    version, nics, processor, replay, ft_version, ft_vms = context.session.together(
        lambda: or_none(lambda: context.version),
        lambda: _nics(context),
        lambda: (
            _asked(context, cpu.build_cpus(), cpu.parse_cpus)
            or _asked(context, cpu.build_hardware(), cpu.parse_hardware)
        ),
        lambda: _asked(context, cpu.build_abilities(), cpu.parse_replay),
        lambda: _asked(context, hostsummary.build_summary(), hostsummary.parse_ft_version),
        lambda: or_none(lambda: _count_ft(context)),
    )
    moving, logging = nics
    return HostSeen(context.host, version, moving, logging, processor, replay, ft_version, ft_vms)


Nics = tuple[tuple[str, ...] | None, tuple[str, ...] | None]


def _nics(context: Context) -> Nics:
    """The interfaces for vMotion and for FT logging: by their tags, else by the old options."""
    listed = _asked(context, vmknic.build_interfaces(), vmknic.parse_interfaces) or []
    tags = {nic: _asked(context, vmknic.build_tags(nic.name), vmknic.parse_tags) for nic in listed}
    if any(found is not None for found in tags.values()):
        moving = [
            nic.name
            for nic, found in tags.items()
            if vmknic.VMOTION in (found or ()) or nic.stack == vmknic.VMOTION
        ]
        logging = [nic.name for nic, found in tags.items() if vmknic.FT_LOGGING in (found or ())]
        none = None if None in tags.values() else ()  # one that does not answer may carry it
        return tuple(moving) or none, tuple(logging) or none
    return _named_nic(context, vmknic.VMOTION_OPTION), _named_nic(context, vmknic.FT_LOGGING_OPTION)


def _named_nic(context: Context, option: str) -> tuple[str, ...] | None:
    found = or_none(lambda: advopt.read_option(context, option))
    return None if found is None else tuple(name for name in [str(found.value or "")] if name)


def _count_ft(context: Context) -> int | None:
    """A VM that cannot be read may be one of them, so then nothing is known."""
    commands = [summary.build_summary(vm.vmid) for vm in list_vms(context).vms]
    answers = [or_none(partial(_in_ft, done.out)) for done in context.session.run_all(commands)]
    return None if None in answers else sum(map(bool, answers))


def _in_ft(answer: str) -> bool:
    found = summary.parse_summary(answer)
    return found.ft is not None or found.runtime.ft_state not in {None, "notConfigured"}


def see_vm(context: Context, vm: VmEntry) -> VmSeen:
    """Each of its answers may be missing."""
    now, conf, gear, size, shots = context.session.together(
        lambda: _asked(context, runtime.build_runtime(vm.vmid), runtime.parse_runtime),
        lambda: _asked(context, config.build_config(vm.vmid), config.parse_config),
        lambda: _asked(context, config.build_config(vm.vmid), ft_devices.parse_hardware),
        lambda: _asked(context, summary.build_summary(vm.vmid), summary.parse_summary),
        lambda: _asked(context, snapshots.build_get(vm.vmid), snapshots.parse_snapshots),
    )
    half = Half(context.host, vm, now or Runtime(), conf or VmConfig())
    count = None if shots is None else len(shots)
    if size is None:
        return VmSeen(half, gear, count)
    return VmSeen(half, gear, count, size.num_cpu, size.memory_mb)


@dataclass(frozen=True)
class VftFacts:
    """The part of ``vft.check`` that one host does; what it means is judged for all together."""

    vm: tuple[str, ...]
    changes = False

    def on(self, context: Context) -> Mapping[str, Any]:
        vms: Sequence[VmEntry] = find_vms(context, self.vm)
        host, *seen = context.session.together(
            lambda: see_host(context), *(lambda v=vm: see_vm(context, v) for vm in vms)
        )
        return {"host": host, "seen": seen}
