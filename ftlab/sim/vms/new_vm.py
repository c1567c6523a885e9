"""Writing a new VM's files: a full VMX as the host of its time writes it, disk, log."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

Entries = list[tuple[str, str]]

_BRIDGES = ("pciBridge4", "pciBridge5", "pciBridge6", "pciBridge7")


@dataclass(frozen=True)
class NewVm:
    """A VM to be made. ``seed`` decides every identifier. ``bare``: no devices. ``extra`` keys
    replace those of the template or follow it. ``disk``: another VM's disk to use instead of an
    own one."""

    name: str
    hardware: int
    seed: str
    bare: bool = False
    extra: tuple[tuple[str, str], ...] = ()
    disk: str | None = None


def write_vm(file: Path, vm: NewVm) -> None:
    """Make the VM's directory and its files."""
    file.parent.mkdir(parents=True, exist_ok=True)
    entries = dict(_head(vm.name, vm.hardware))
    if not vm.bare:
        entries |= dict(_devices(file.stem, vm.disk) + _guest(vm.seed))
        entries |= dict(_grown(file, vm.hardware, vm.seed))
    entries |= dict(vm.extra)
    text = "".join(f'{key} = "{_escaped(value)}"\n' for key, value in entries.items())
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    file.chmod(0o755)
    if not vm.bare and vm.disk is None:
        _write_disk(file.with_suffix(".vmdk"))


def _escaped(value: str) -> str:
    for plain, code in (("|", "|7C"), ('"', "|22"), ("\n", "|0A")):
        value = value.replace(plain, code)
    return value


def identifier(seed: str, use: str) -> str:
    """A stable UUID in a VMX's way of writing: two groups of eight bytes."""
    digest = hashlib.sha256(f"{use}/{seed}".encode("utf-8", "surrogateescape")).hexdigest()
    raw = ("564d" if use == "bios" else "52a1") + digest[:28]
    pairs = [raw[i : i + 2] for i in range(0, 32, 2)]
    return " ".join(pairs[:8]) + "-" + " ".join(pairs[8:])


def _head(name: str, hardware: int) -> Entries:
    return [
        (".encoding", "UTF-8"),
        ("config.version", "8"),
        ("virtualHW.version", str(hardware)),
        ("displayName", name),
        ("guestOS", "otherlinux-64"),
        ("memSize", "1024"),
        ("pciBridge0.present", "TRUE"),
    ]


def _devices(stem: str, disk: str | None) -> Entries:
    bridges = [pair for bridge in _BRIDGES for pair in (
        (f"{bridge}.present", "TRUE"),
        (f"{bridge}.virtualDev", "pcieRootPort"),
        (f"{bridge}.functions", "8"),
    )]  # fmt: skip
    return [
        ("nvram", f"{stem}.nvram"),
        *bridges,
        ("vmci0.present", "TRUE"),
        ("hpet0.present", "TRUE"),
        ("extendedConfigFile", f"{stem}.vmxf"),
        ("virtualHW.productCompatibility", "hosted"),
        ("powerType.powerOff", "soft"),
        ("powerType.suspend", "hard"),
        ("powerType.reset", "soft"),
        ("scsi0.virtualDev", "lsilogic"),
        ("scsi0.present", "TRUE"),
        ("scsi0:0.deviceType", "scsi-hardDisk"),
        ("scsi0:0.fileName", disk or f"{stem}.vmdk"),
        ("scsi0:0.present", "TRUE"),
        ("ethernet0.virtualDev", "e1000"),
        ("ethernet0.networkName", "VM Network"),
        ("ethernet0.addressType", "generated"),
        ("ethernet0.present", "TRUE"),
        ("floppy0.present", "FALSE"),
        ("svga.vramSize", "8388608"),
    ]


def _guest(seed: str) -> Entries:
    bios = identifier(seed, "bios")
    return [
        ("toolScripts.afterPowerOn", "TRUE"),
        ("toolScripts.afterResume", "TRUE"),
        ("toolScripts.beforeSuspend", "TRUE"),
        ("toolScripts.beforePowerOff", "TRUE"),
        ("tools.syncTime", "FALSE"),
        ("uuid.bios", bios),
        ("uuid.location", bios),
        ("vc.uuid", identifier(seed, "instance")),
        ("ethernet0.generatedAddress", "00:0c:29:" + ":".join(bios.replace("-", " ").split()[-3:])),
        ("ethernet0.generatedAddressOffset", "0"),
    ]


def _grown(file: Path, hardware: int, seed: str) -> Entries:
    """What hosts themselves add the first time a VM runs; hardware 7 to 11 gets the two replay
    keys, from 19 on the FT encryption mode."""
    mark = identifier(seed, "swap")[:11].replace(" ", "")
    keys = [
        ("sched.cpu.min", "0"),
        ("sched.cpu.shares", "normal"),
        ("sched.mem.min", "0"),
        ("sched.mem.shares", "normal"),
        ("sched.swap.derivedName", f"{file.parent.name}-{mark}.vswp"),
    ]
    if 7 <= hardware <= 11:
        keys += [("replay.supported", "FALSE"), ("replay.filename", "")]
    if hardware >= 19:
        keys += [("migrate.encryptionMode", "opportunistic"),
                 ("ftcpt.ftEncryptionMode", "ftEncryptionOpportunistic")]  # fmt: skip
    return [
        *keys,
        ("scsi0:0.redo", ""),
        ("pciBridge0.pciSlotNumber", "17"),
        ("scsi0.pciSlotNumber", "16"),
        ("ethernet0.pciSlotNumber", "32"),
        ("vmci0.pciSlotNumber", "33"),
        ("hostCPUID.0", "0000000d756e65476c65746e49656e69"),
        ("vmotion.checkpointFBSize", "4194304"),
        ("cleanShutdown", "TRUE"),
        ("migrate.hostlog", f"./{file.stem}-{mark}.hlog"),
    ]


def _write_disk(descriptor: Path) -> None:
    """A thick disk's descriptor. Its extent is not made: nobody reads it."""
    descriptor.write_text(
        "# Disk DescriptorFile\n"
        "version=1\n"
        'encoding="UTF-8"\n'
        "CID=fffffffe\n"
        "parentCID=ffffffff\n"
        'createType="vmfs"\n'
        "\n"
        "# Extent description\n"
        f'RW 16777216 VMFS "{descriptor.stem}-flat.vmdk"\n'
        "\n"
        "# The Disk Data Base\n"
        'ddb.adapterType = "lsilogic"\n'
        'ddb.virtualHWVersion = "8"\n',
        "utf-8",
    )
