"""What hostd tells about one VM: its configuration, its state, its summary, its guest."""

from __future__ import annotations

import posixpath
import re

from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.devices import devices
from ftlab.sim.vms.dumps import UNSET, Array, Node, Null, Obj, Ref, Values, filled
from ftlab.sim.vms.vm import Question, SimVM
from ftlab.sim.vms.vmx_file import api_uuid

_PROPERTIES = re.compile(
    r"\.encoding|config\.version|virtualHW\.version|displayName|annotation|guestOS|memSize|numvcpus"
    r"|uuid\.\w+|vc\.uuid|extendedConfigFile|scsi\d+(:\d+)?\.(present|fileName|deviceType|virtualDev)"
    r"|ethernet\d+\.(present|networkName|virtualDev|addressType|generatedAddress)|toolScripts\.\w+"
    r"|tools\.syncTime|powerType\.\w+|svga\.\w+|sched\.(cpu|mem)\.\w+|cleanShutdown|floppy\d+\.\w+",
    re.IGNORECASE,
)
"""Keys that have properties of their own; only the others are shown in ``extraConfig``."""
_LOWERED = re.compile(r"hpet0\.present|pciBridge\d+\.present|replay\.supported", re.IGNORECASE)
"""Booleans that 5.0 was seen to show in lower case, whatever the file has."""
_FEATURES = ("cpuid.SSE3", "cpuid.SSSE3", "cpuid.NX", "cpuid.RDTSCP", "cpuid.Intel")


def config_info(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.vm.ConfigInfo)``. 5.0 prints garbage for the counts of processors and megabytes (seen
    in a capture: 419 CPUs for a VM of 2)."""
    garbage = host.release.number == (5, 0, 0)
    return filled("config", host.release, {
        "vm": vm,
        "ft": _ft_info(host, vm),
        "location": api_uuid(vm.loaded["uuid.location"]),
        "folder": posixpath.dirname(vm.place) or vm.place,
        "cpus_shown": 419 if garbage else vm.cpus,
        "memory_shown": 192786044 if garbage else vm.memory_mb,
        "devices": devices(host, vm),
        "extra": _extra(vm, lowered=garbage),
        "volume": host.datastores[vm.store],
    })  # fmt: skip


def runtime_info(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.vm.RuntimeInfo)``; the oldest end at ``needSecondaryReason``."""
    pair = vm.ft
    return filled("runtime", host.release, {
        "vm": vm,
        "cards": _cards(host, vm),
        "ft_state": pair.state(vm) if pair else "notConfigured",
        "booted": vm.booted or UNSET,
        "question": _question(host, vm.question),
        "mhz": 2600 * vm.cpus,
        "replay": pair.replay_state(vm) if pair else "inactive",
        "clean": UNSET if vm.power == "poweredOn" else True,
        "reason": (pair and pair.need_reason(vm)) or UNSET,
        "features": [{"name": name} for name in _FEATURES],
    })  # fmt: skip


def _cards(host: SimHost, vm: SimVM) -> list[Values] | None:
    """What of its network cards keeps them from DirectPath: seen on 5.0."""
    numbers = [at for at in range(10) if vm.loaded.true(f"ethernet{at}.present")]
    if host.release.number[:2] != (5, 0) or not numbers:
        return None
    of_vm = ("vmNptIncompatibleAdapterType", "vmNptDisabledOrDisconnectedAdapter")
    why = {
        "of_vm": Array("string", of_vm),
        "of_network": Array("string", ("vmNptIncompatibleNetwork",)),
    }
    return [{"key": 4000 + number, **why} for number in numbers]


def summary(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.vm.Summary)``, with a few figures for a running VM."""
    running = vm.power == "poweredOn"
    kinds = [device.type for device in devices(host, vm).items if isinstance(device, Obj)]
    up = int((host.lab.now() - vm.booted).total_seconds()) if vm.booted else 0
    return filled("summary", host.release, {
        **_tools(vm),
        "vm": vm,
        "ft": _ft_info(host, vm),
        "runtime": runtime_info(host, vm),
        "nics": sum(any(k in kind for k in ("VirtualE1000", "Vmxnet", "PCNet")) for kind in kinds),
        "disks": sum(kind.endswith("VirtualDisk") for kind in kinds),
        "used": sum(p.stat().st_size for p in vm.file.parent.iterdir() if p.is_file()),
        "now": host.lab.now(),
        "cpu_usage": 20 if running else UNSET,
        "guest_memory": 40 if running else UNSET,
        "host_memory": 652 if running else UNSET,
        "heartbeat": "green" if running and vm.guest != "none" else "gray",
        "uptime": up if running else UNSET,
    })  # fmt: skip


def guest_info(host: SimHost, vm: SimVM) -> Obj:
    """``(vim.vm.GuestInfo)``."""
    return filled("guest", host.release, {
        **_tools(vm),
        "vm": vm,
        "tools_number": "0" if vm.guest == "none" else "10309",
        "guest_state": "running" if vm.power == "poweredOn" else "notRunning",
    })  # fmt: skip


def _tools(vm: SimVM) -> Values:
    on, there = vm.power == "poweredOn", vm.guest != "none"
    status = ("toolsOk" if on else "toolsNotRunning") if there else "toolsNotInstalled"
    return {
        "tools": status,
        "tools_version": "guestToolsCurrent" if there else "guestToolsNotInstalled",
        "tools_running": "guestToolsRunning" if on and there else "guestToolsNotRunning",
    }


def _ft_info(host: SimHost, vm: SimVM) -> Node:
    """Who is in the Fault Tolerance group, the primary first (vSphere API)."""
    if (pair := vm.ft) is None:
        return Null("vim.vm.FaultToleranceConfigInfo")
    halves = (pair.primary, pair.secondary)
    return filled("ft_primary" if vm is pair.primary else "ft_secondary", host.release, {
        "pair": pair,
        "uuids": Array("string", tuple(api_uuid(pair.identities[vm.place]) for vm in halves)),
        "places": Array("string", tuple(vm.place for vm in halves)),
        "secondaries": Array("vim.VirtualMachine", (Ref(f"vim.VirtualMachine:{halves[1].vmid}"),)),
    })  # fmt: skip


def _question(host: SimHost, question: Question | None) -> Node:
    if question is None:
        return Null("vim.vm.QuestionInfo")
    choices = [{"label": label, "key": str(at)} for at, label in enumerate(question.choices)]
    return filled("question", host.release, {"asked": question, "choices": choices})


def _extra(vm: SimVM, *, lowered: bool) -> list[Values]:
    return [
        {"key": key, "value": value.lower() if lowered and _LOWERED.fullmatch(key) else value}
        for key, value in vm.loaded
        if not _PROPERTIES.fullmatch(key)
    ]
