"""``(vim.vm.RuntimeInfo)``: power, Fault Tolerance and record/replay state of one VM."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ftlab.sim.vms.dumps import UNSET, Array, Node, Null, Obj, Ref
from ftlab.sim.vms.vm import Question, SimVM

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost


def runtime_info(host: SimHost, vm: SimVM) -> Obj:
    """The fields grow with the releases; the oldest end at ``needSecondaryReason``."""
    return Obj("vim.vm.RuntimeInfo", _state(host, vm) | _figures(vm) | _later(host))


def _state(host: SimHost, vm: SimVM) -> dict[str, Node]:
    fields: dict[str, Node] = {
        "host": Ref("vim.HostSystem:ha-host"),
        "connectionState": "connected",
        "powerState": vm.power,
        "faultToleranceState": vm.ft.pair.state(vm) if vm.ft else "notConfigured",
    }
    if host.release.number >= (5, 0, 0):
        fields["dasVmProtection"] = Null("vim.vm.RuntimeInfo.DasProtectionState")
    return fields


def _figures(vm: SimVM) -> dict[str, Node]:
    return {
        "toolsInstallerMounted": False,
        "suspendTime": UNSET,
        "bootTime": stamp(vm.booted) if vm.booted else UNSET,
        "suspendInterval": 0,
        "question": _question(vm.question),
        "memoryOverhead": 36478976,
        "maxCpuUsage": 2600 * cpu_count(vm),
        "maxMemoryUsage": memory_mb(vm),
        "numMksConnections": 0,
        "recordReplayState": vm.ft.pair.replay_state(vm) if vm.ft else "inactive",
        "cleanPowerOff": UNSET if vm.power == "poweredOn" else True,
        "needSecondaryReason": (vm.ft and vm.ft.pair.need_reason(vm)) or UNSET,
    }


def _later(host: SimHost) -> dict[str, Node]:
    fields: dict[str, Node] = {}
    if host.release.number >= (5, 0, 0):
        fields |= {"onlineStandby": False, "minRequiredEVCModeKey": UNSET,
                   "consolidationNeeded": False}  # fmt: skip
    if host.release.number >= (5, 5, 0):
        fields |= {"featureRequirement": _features(), "vFlashCacheAllocation": 0}
    if host.release.number >= (6, 0, 0):
        fields |= {"paused": False, "snapshotInBackground": False, "quiescedForkParent": UNSET}
    return fields


def _question(question: Question | None) -> Node:
    if question is None:
        return Null("vim.vm.QuestionInfo")
    choices = Array("vim.ElementDescription", tuple(
        Obj("vim.ElementDescription", {"label": label, "summary": label, "key": str(number)})
        for number, label in enumerate(question.choices)
    ))  # fmt: skip
    choice = Obj("vim.option.ChoiceOption", {
        "valueIsReadonly": UNSET, "choiceInfo": choices, "defaultIndex": question.default,
    })  # fmt: skip
    text = f"{question.key}:{question.text}"
    return Obj("vim.vm.QuestionInfo", {"id": question.id, "text": text, "choice": choice,
                                       "message": UNSET})  # fmt: skip


def _features() -> Array:
    names = ("cpuid.SSE3", "cpuid.SSSE3", "cpuid.NX", "cpuid.RDTSCP", "cpuid.Intel")
    return Array("vim.vm.FeatureRequirement", tuple(
        Obj("vim.vm.FeatureRequirement",
            {"key": name, "featureName": name, "value": "Bool:Min:1"}) for name in names
    ))  # fmt: skip


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond:06}Z"


def cpu_count(vm: SimVM) -> int:
    return _number(vm, "numvcpus", 1)


def memory_mb(vm: SimVM) -> int:
    return _number(vm, "memSize", 32)


def _number(vm: SimVM, key: str, default: int) -> int:
    text = vm.loaded.get(key)
    return int(text) if text.isdecimal() else default
