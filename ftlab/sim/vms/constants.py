"""Parts of a VM's configuration that are the same for every simulated VM."""

from __future__ import annotations

from ftlab.sim.vms.dumps import UNSET, Node, Null, Obj
from ftlab.sim.vms.vm import SimVM

NPIV: dict[str, Node] = {
    "npivWorldWideNameType": "",
    "npivDesiredNodeWwns": UNSET,
    "npivDesiredPortWwns": UNSET,
    "npivTemporaryDisabled": True,
    "npivOnNonRdmDisks": UNSET,
}

_LAST_INSTALL = Obj(
    "vim.vm.ToolsConfigInfo.ToolsLastInstallInfo",
    {"counter": 0, "fault": Null("vmodl.MethodFault")},
)

TOOLS = Obj(
    "vim.vm.ToolsConfigInfo",
    {
        "toolsVersion": 0,
        "afterPowerOn": True,
        "afterResume": True,
        "beforeGuestStandby": True,
        "beforeGuestShutdown": True,
        "beforeGuestReboot": UNSET,
        "toolsUpgradePolicy": "manual",
        "pendingCustomization": UNSET,
        "syncTimeWithHost": False,
        "lastInstallInfo": _LAST_INSTALL,
    },
)

POWER_OPS = Obj(
    "vim.vm.DefaultPowerOpInfo",
    {
        "powerOffType": "soft",
        "suspendType": "hard",
        "resetType": "soft",
        "defaultPowerOffType": "soft",
        "defaultSuspendType": "hard",
        "defaultResetType": "soft",
        "standbyAction": "checkpoint",
    },
)

BOOT = Obj(
    "vim.vm.BootOptions",
    {
        "bootDelay": 0,
        "enterBIOSSetup": False,
        "bootRetryEnabled": False,
        "bootRetryDelay": 10000,
    },
)

OVERHEAD = Obj(
    "vim.vm.ConfigInfo.OverheadInfo",
    {"initialMemoryReservation": 203325440, "initialSwapReservation": 162594816},
)

UNUSED_STATS = (
    "distributedCpuEntitlement", "distributedMemoryEntitlement", "staticCpuEntitlement",
    "staticMemoryEntitlement", "privateMemory", "sharedMemory", "swappedMemory",
    "balloonedMemory", "consumedOverheadMemory", "ftLogBandwidth", "ftSecondaryLatency",
    "ftLatencyStatus",
)  # fmt: skip
"""Statistics that no simulated VM has."""


def flags(vm: SimVM) -> Obj:
    """``flags``, with the virtualisation modes the VMX asks for."""
    fields: dict[str, Node] = {
        "disableAcceleration": False,
        "enableLogging": True,
        "useToe": False,
        "runWithDebugInfo": False,
        "monitorType": "release",
        "htSharing": "any",
        "snapshotDisabled": UNSET,
        "snapshotLocked": UNSET,
        "diskUuidEnabled": vm.loaded.true("disk.EnableUUID"),
        "virtualMmuUsage": vm.loaded.get("monitor.virtual_mmu", "automatic"),
        "virtualExecUsage": vm.loaded.get("monitor.virtual_exec", "hvAuto"),
        "snapshotPowerOffBehavior": "powerOff",
        "recordReplayEnabled": False,
    }
    return Obj("vim.vm.FlagInfo", fields)
