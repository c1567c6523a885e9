"""A host's own way with a VMX file: what it loads, what it refuses, and how it writes a new VM's: a
VMX as the host of its time writes it (``data/new.vmx``; a bare one ends at the empty line), and a
disk's descriptor. Its extent is not made: nobody reads it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from ftlab.sim.data import text_of

_ENTRY = re.compile(r'^(?:(\d+)-(\d*) \| )?(\S+) = "(.*)"$', re.MULTILINE)
"""A key of a new VMX with its value; before it, the hardware versions that have it."""
_LINE = re.compile(r'\s*([^\s=#"][^=]*?)\s*=\s*(?:"([^"]*)"|([^"]*?))\s*\Z')
_ESCAPES = {ord(each): f"|{ord(each):02X}" for each in '|"\n\r'}
_ESCAPE = re.compile(rb"\|([0-9A-Fa-f]{2})")


class BadVmx(Exception):
    """The host cannot load this file; ``str()`` says why."""


class VmxFile:
    """A loaded configuration: raw lines, and keys (whatever their case) to values."""

    def __init__(self, data: bytes) -> None:
        """Raises :class:`BadVmx` for text that is not ``key = "value"`` and for a key given
        twice, as real hosts do."""
        self.encoding = _encoding_of(data)
        self._lines = data.splitlines(keepends=True)
        self._place: dict[str, int] = {}
        self._entries: dict[str, tuple[str, str]] = {}
        for number, raw in enumerate(self._lines):
            self._load(number, raw)
        if not self._entries:
            raise BadVmx("the file holds no configuration")

    def _load(self, number: int, raw: bytes) -> None:
        text = raw.decode(self.encoding, "surrogateescape").strip()
        if not text or text.startswith("#"):
            return
        match = _LINE.match(text)
        if match is None or "\0" in text:
            raise BadVmx(f"line {number + 1}: syntax error")
        key, quoted, bare = match.groups()
        if key.casefold() in self._place:
            raise BadVmx(f"line {number + 1}: variable {key!r} is already defined")
        self._place[key.casefold()] = number
        self._entries[key.casefold()] = (key, self._unescape(bare if quoted is None else quoted))

    def _unescape(self, text: str) -> str:
        if "|" not in text:
            return text
        raw = text.encode(self.encoding, "surrogateescape")
        plain = _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), raw)
        return plain.decode(self.encoding, "surrogateescape")

    def get(self, key: str, default: str = "") -> str:
        return self._entries.get(key.casefold(), (key, default))[1]

    def has(self, key: str) -> bool:
        return key.casefold() in self._entries

    def true(self, key: str) -> bool:
        return self.get(key).casefold() == "true"

    def like(self, key: str, default: str | int) -> str | int:
        """The value of ``key`` as the type of its default, which holds where it is not there."""
        text = self.get(key)
        if isinstance(default, bool):
            return text.casefold() == "true"
        if isinstance(default, int):
            return int(text) if text.isdecimal() else default
        return text if self.has(key) else default

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._entries.values())

    def set(self, key: str, value: str) -> None:
        """Change or append one key, leaving every other byte alone."""
        folded = key.casefold()
        name, _ = self._entries.get(folded, (key, ""))
        line = f'{name} = "{escaped(value)}"\n'.encode(self.encoding, "surrogateescape")
        if folded in self._place:
            self._lines[self._place[folded]] = line
        else:
            if self._lines and not self._lines[-1].endswith(b"\n"):
                self._lines[-1] += b"\n"
            self._place[folded] = len(self._lines)
            self._lines.append(line)
        self._entries[folded] = (name, value)

    def to_bytes(self) -> bytes:
        return b"".join(self._lines)


def escaped(value: str) -> str:
    """As a VMX has it between quotes."""
    return value.translate(_ESCAPES)


def _encoding_of(data: bytes) -> str:
    match = re.search(rb'^\s*\.encoding\s*=\s*"([^"]*)"', data, re.IGNORECASE | re.MULTILINE)
    name = match[1].decode("ascii", "replace") if match else "utf-8"
    try:
        b"x".decode(name, "replace")
    except (LookupError, ValueError):
        return "utf-8"
    return name


def api_uuid(text: str) -> str:
    """A VMX's UUID in the API's writing: 8-4-4-4-12 hex digits."""
    digits = re.sub(r"[^0-9a-fA-F]", "", text).lower()
    return str(UUID(digits)) if len(digits) == 32 else ""


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
    head, _, rest = text_of("vms/data/new.vmx").partition("\n\n")
    entries, values = dict[str, str](), _values(file, vm)
    for line in _ENTRY.finditer(head if vm.bare else f"{head}\n{rest}"):
        least, most, key, value = line.groups()
        if int(least or 0) <= vm.hardware <= int(most or 99):
            entries[key] = value.format(**values)
    entries |= dict(vm.extra)
    text = "".join(f'{key} = "{escaped(value)}"\n' for key, value in entries.items())
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    file.chmod(0o755)
    if not vm.bare and vm.disk is None:
        descriptor = text_of("vms/data/new.vmdk").replace("{stem}", file.stem)
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
