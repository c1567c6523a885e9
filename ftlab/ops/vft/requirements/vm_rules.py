"""What Fault Tolerance requires of a virtual machine, as a table. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from ftlab.esxi.host import features
from ftlab.esxi.vm.ft_devices import FtHardware
from ftlab.frozen import frozen
from ftlab.ops.vft.keys import KEYS, LEGACY_KEY
from ftlab.ops.vft.requirements.device_rules import (
    flag,
    linked,
    raw,
    removable,
    thick,
    without,
)
from ftlab.ops.vft.requirements.facts import HostFacts, VmFacts
from ftlab.ops.vft.requirements.rules import (
    API,
    ARTICLE,
    FAIL,
    GUIDE,
    INTEROPERABILITY,
    LEGACY,
    LEGACY_GUIDE,
    PASS,
    SMP,
    UNKNOWN,
    Check,
    Judgement,
    Rule,
    judged,
    kind_of,
    unknown,
    verdict_on,
)

_HARDWARE = "VM > Edit Settings > Virtual Hardware"
_MIB = 1024


@frozen
class VmSubject:
    """A VM and its host."""

    vm: VmFacts
    here: HostFacts


def _cpus(most: int) -> Callable[[VmSubject], Judgement]:
    """At most so many, and no more than the host's licence takes, where that is known."""

    def judge(subject: VmSubject) -> Judgement:
        count, licence = subject.vm.cpus, subject.here.licence
        licensed = licence.ft_cpus if licence else None
        limit = most if licensed is None else min(most, licensed)
        words = f"{count}, licensed for {limit}" if limit < most else str(count)
        return verdict_on(None if count is None else count <= limit, words, _HARDWARE)

    return judge


def _memory(most_gib: int) -> Callable[[VmSubject], Judgement]:
    def judge(subject: VmSubject) -> Judgement:
        mib = subject.vm.memory_mb
        good = None if mib is None else mib <= most_gib * _MIB
        return verdict_on(good, f"{mib} MB", _HARDWARE)

    return judge


def _version(subject: VmSubject) -> Judgement:
    text = subject.vm.half.config.version or ""
    number = re.fullmatch(r"vmx-([0-9]{1,3})", text)
    return verdict_on(int(number[1]) >= 7 if number else None, text, "VM > Summary")


def _snapshots(subject: VmSubject) -> Judgement:
    count = subject.vm.snapshots
    return verdict_on(None if count is None else count == 0, count, "VM > Manage Snapshots")


def _hot_plug(subject: VmSubject) -> Judgement:
    config = subject.vm.half.config
    flags = {"CPU": config.cpu_hot_add, "memory": config.memory_hot_add}
    on = [name for name, flag in flags.items() if flag]
    if on:
        return FAIL, f"on for {' and '.join(on)}"
    return unknown(_HARDWARE) if None in flags.values() else (PASS, "off")


def _devices(judge: Callable[[FtHardware], Judgement]) -> Callable[[VmSubject], Judgement]:
    """A judgement on its devices; unknown where the host did not list them."""

    def on(subject: VmSubject) -> Judgement:
        hardware = subject.vm.hardware
        listed = hardware is not None and bool(hardware.disks or hardware.gear)
        return judge(hardware) if hardware and listed else unknown(_HARDWARE)

    return on


def _keys(subject: VmSubject) -> Judgement:
    """What hostd has loaded counts, not what is in the file."""
    config = subject.vm.half.config
    if config.name is None and not config.extra:
        return (
            UNKNOWN,
            "the host does not show the VM's configuration: ftlab vmx.get reads the file",
        )
    wrong = [key for key in KEYS if (config.extra_get(key) or "").lower() != "true"]
    return (FAIL, f"not true: {', '.join(wrong)}") if wrong else (PASS, "all true")


def _keys_without_use(subject: VmSubject) -> Judgement:
    config, version = subject.vm.half.config, subject.here.version
    there = "set" if any(config.extra_get(key) is not None for key in KEYS) else "not set"
    if version is not None and features.exists("record-replay", version):
        return PASS, f"{there}; SMP-FT has no use for them"
    return PASS, f"{there}; legacy FT ended with 6.0, they do nothing here"


def asks_for_legacy(vm: VmFacts) -> bool:
    """Whether the VM's loaded configuration asks for legacy FT where SMP-FT is the default."""
    return (vm.half.config.extra_get(LEGACY_KEY) or "").lower() == "true"


def _legacy_key(subject: VmSubject) -> Judgement:
    config = subject.vm.half.config
    if config.name is None and not config.extra:
        return UNKNOWN, "the host does not show the VM's configuration: judged as SMP-FT"
    value = config.extra_get(LEGACY_KEY) or "not set"
    return PASS, f"{value}: {'legacy FT' if asks_for_legacy(subject.vm) else 'SMP-FT'}"


def _firmware(subject: VmSubject) -> Judgement:
    """The 6.0 guide names EFI among what FT cannot have; later ones do not. Before 5.0 there was
    only BIOS (vSphere API, VirtualMachineConfigInfo)."""
    hardware, version = subject.vm.hardware, subject.here.version
    if version is not None and version.key < (5, 0):
        return PASS, "bios"
    if hardware is None or hardware.firmware is None:
        return unknown("VM > Edit Settings > VM Options > Boot Options")
    if hardware.firmware.lower() != "efi":
        return PASS, hardware.firmware
    if version is not None and version.key < (6, 5):
        return FAIL, "EFI"
    return UNKNOWN, "EFI: vCenter refused it up to 6.0; the later guides do not name it"


def _encrypted(subject: VmSubject) -> Judgement:
    """Before 7.0 U2 an encrypted VM cannot have FT."""
    hardware, version = subject.vm.hardware, subject.here.version
    if hardware is None or version is None:
        return unknown("VM > Summary > Encryption")
    if not hardware.encrypted:
        return PASS, "not encrypted"
    return (PASS if version.key >= (7, 0, 2) else FAIL), "encrypted"


def _host_verdict(subject: VmSubject) -> Judgement:
    said = subject.vm.host_verdict
    return UNKNOWN, f"the host says: {said}" if said else "the host says nothing of it"


VM_RULES: tuple[Rule[VmSubject], ...] = (
    Rule("vcpus", "1", GUIDE, _cpus(1), LEGACY),
    Rule("vcpus", "at most 4, and as licensed", "vSphere 6.0 Availability guide, licensing",
         _cpus(4), frozenset({"smp"})),
    Rule("vcpus", "at most 8, and as licensed", "vSphere 6.7 Availability guide, licensing",
         _cpus(8), frozenset({"smp8"})),
    Rule("hardware-version", "vmx-07 or later", GUIDE, _version),
    Rule("snapshots", "none", INTEROPERABILITY, _snapshots),
    Rule("linked-clone", "no linked clone", INTEROPERABILITY, _devices(linked)),
    Rule("disks", "eager-zeroed thick, or virtual RDM", LEGACY_GUIDE, _devices(thick), LEGACY),
    Rule("physical-rdm", "none", INTEROPERABILITY, _devices(raw)),
    Rule("usb", "no USB device or controller", INTEROPERABILITY, _devices(without("VirtualUSB"))),
    Rule("sound", "no sound device", INTEROPERABILITY,
         _devices(without("VirtualSound", "VirtualEnsoniq", "VirtualHdAudio"))),
    Rule("serial-port", "none", INTEROPERABILITY, _devices(without("VirtualSerialPort"))),
    Rule("parallel-port", "none", INTEROPERABILITY, _devices(without("VirtualParallelPort"))),
    Rule("passthrough", "no PCI, SR-IOV or SCSI passthrough", INTEROPERABILITY,
         _devices(without("VirtualPCIPassthrough", "VirtualSCSIPassthrough", "VirtualSriov"))),
    Rule("vlance", "no vlance network card", INTEROPERABILITY,
         _devices(without("VirtualPCNet32")), LEGACY),
    Rule("cd-floppy", "none on a physical or remote drive", INTEROPERABILITY,
         _devices(removable)),
    Rule("memory", "at most 64 GB", GUIDE, _memory(64), frozenset({"legacy", "smp"})),
    Rule("memory", "at most 128 GB", "vSphere 6.7 configuration maximums", _memory(128),
         frozenset({"smp8"})),
    Rule("hot-plug", "off for CPU and memory", INTEROPERABILITY, _hot_plug),
    Rule("video-3d", "off", API, _devices(flag("video_3d"))),
    Rule("npiv", "off", INTEROPERABILITY, _devices(flag("npiv"))),
    Rule("nested-hv", "no hardware virtualization for the guest", API, _devices(flag("nested_hv"))),
    Rule("replay-keys", f"{', '.join(KEYS)}: true in hostd", ARTICLE, _keys, LEGACY),
    Rule("replay-keys", "nothing", "vSphere 6.5 release notes", _keys_without_use, SMP),
    Rule("template", "no template", f"{API}: templateVm", _devices(flag("template", "yes", "no"))),
    Rule("firmware", "BIOS", f"{API}: hasEFIFirmware; vSphere 6.0 Availability guide", _firmware),
    Rule("encryption", "none before 7.0 U2", "vSphere 8.0 Availability guide, FT interoperability",
         _encrypted, SMP),
    Rule("flash-cache", "no vFlash read cache", f"{API}: hasVFlashConfiguration",
         _devices(flag("flash_cache")), SMP),
    Rule("vbs", "no virtualization-based security",
         "vSphere 8.0 Availability guide, FT interoperability", _devices(flag("vbs")), SMP),
    Rule("host-verdict", "what the host says itself (vmsvc/queryftcompat)",
         "public command lists of 5.1 to 6.7", _host_verdict),
)  # fmt: skip

LEGACY_KEY_RULE: Rule[VmSubject] = Rule(
    "legacy-key", f"{LEGACY_KEY}: true for legacy FT, else 6.0 makes SMP-FT",
    "vSphere API, CreateSecondaryVMEx_Task", _legacy_key,
)  # fmt: skip


def check_vm(vm: VmFacts, here: HostFacts) -> list[Check]:
    """The whole table for one VM on its host."""
    both_kinds = here.version is not None and features.exists("uselegacyft", here.version)
    rules = (*VM_RULES, LEGACY_KEY_RULE) if both_kinds else VM_RULES
    return judged(rules, VmSubject(vm, here), {ft_kind(vm, here)}, vm.half.vm.name)


def ft_kind(vm: VmFacts, here: HostFacts) -> str:
    """The kind of FT that this VM gets on its host."""
    return kind_of(here.version, asks_for_legacy=asks_for_legacy(vm))
