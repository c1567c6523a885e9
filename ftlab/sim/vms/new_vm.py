"""Writing a new VM's files: a VMX as the host of its time writes it (``data/new.vmx``; a bare one
ends at the empty line), and a disk's descriptor. Its extent is not made: nobody reads it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ftlab.sim.vms.vmx_file import escaped

_DATA = files("ftlab.sim.vms").joinpath("data")
_LINE = re.compile(r'^(?:(\d+)-(\d*) \| )?(\S+) = "(.*)"$', re.MULTILINE)
"""A key with its value; before it, the hardware versions that have it."""


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
    head, _, rest = _DATA.joinpath("new.vmx").read_text("utf-8").partition("\n\n")
    entries, values = dict[str, str](), _values(file, vm)
    for line in _LINE.finditer(head if vm.bare else f"{head}\n{rest}"):
        least, most, key, value = line.groups()
        if int(least or 0) <= vm.hardware <= int(most or 99):
            entries[key] = value.format(**values)
    entries |= dict(vm.extra)
    text = "".join(f'{key} = "{escaped(value)}"\n' for key, value in entries.items())
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    file.chmod(0o755)
    if not vm.bare and vm.disk is None:
        descriptor = _DATA.joinpath("new.vmdk").read_text("utf-8").replace("{stem}", file.stem)
        file.with_suffix(".vmdk").write_text(descriptor, "utf-8")


def identifier(seed: str, use: str) -> str:
    """A stable UUID in a VMX's way of writing: two groups of eight bytes."""
    digest = hashlib.sha256(f"{use}/{seed}".encode("utf-8", "surrogateescape")).hexdigest()
    raw = ("564d" if use in ("bios", "location") else "52a1") + digest[:28]
    pairs = [raw[i : i + 2] for i in range(0, 32, 2)]
    return " ".join(pairs[:8]) + "-" + " ".join(pairs[8:])


def _values(file: Path, vm: NewVm) -> dict[str, str]:
    bios = identifier(vm.seed, "bios")
    return {
        "name": vm.name,
        "hardware": str(vm.hardware),
        "stem": file.stem,
        "folder": file.parent.name,
        "disk": vm.disk or f"{file.stem}.vmdk",
        "bios": bios,
        "instance": identifier(vm.seed, "instance"),
        "mac": "00:0c:29:" + ":".join(bios.replace("-", " ").split()[-3:]),
        "mark": identifier(vm.seed, "swap")[:11].replace(" ", ""),
    }
