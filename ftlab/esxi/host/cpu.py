"""The processors of a host: ``esxcli hardware cpu`` (5.0 and later), ``hostsvc/hosthardware``."""

from __future__ import annotations

from ftlab.esxi.dumps.reader import parse_object
from ftlab.esxi.text import lines, unreadable
from ftlab.model import Command
from ftlab.regex import regex

_FIELD = regex(r"\s*([A-Z][A-Za-z ]*): ?(.*?)\s*")
_WANTED = ("Brand", "Family", "Model")


def build_cpus() -> Command:
    """Every processor. Changes nothing."""
    return Command(("esxcli", "hardware", "cpu", "list"), repeatable=True)


def build_abilities() -> Command:
    """What the processors can do. Changes nothing."""
    return Command(("esxcli", "hardware", "cpu", "global", "get"), repeatable=True)


def build_hardware() -> Command:
    """The host's hardware, as 4.x tells it too. Changes nothing."""
    return Command(("vim-cmd", "hostsvc/hosthardware"), repeatable=True)


def parse_cpus(text: str) -> str:
    """The first processor as ``GenuineIntel family 6 model 45``. Raises ``ParseError``."""
    fields = _fields(text)
    if any(name not in fields for name in _WANTED):
        raise unreadable("no brand, family and model in the answer", text)
    brand, family, model = (fields[name] for name in _WANTED)
    return f"{brand} family {family} model {model}"


def parse_hardware(text: str) -> str:
    """The first processor in the host's own words. Raises ``ParseError``."""
    packages = parse_object(text, "vim.host.HardwareInfo").nodes("cpuPkg")
    words = packages[0].text("description") if packages else None
    if not words:
        raise unreadable("no processor in the answer", text)
    return " ".join(words.split())


def parse_replay(text: str) -> tuple[bool, str]:
    """Whether the processors can record and replay, and the reasons against it.

    Raises ``ParseError`` where the host does not say (releases after 6.0 need not).
    """
    fields = _fields(text)
    capable = fields.get("HV Replay Capable", "").lower()
    if capable not in {"true", "false"}:
        raise unreadable("nothing about HV replay in the answer", text)
    return capable == "true", fields.get("HV Replay Disabled Reasons", "")


def parse_hv(text: str) -> int:
    """Hardware virtualization as the host has it: 3 is on; 0 the CPU has none, 1 not usable here,
    2 off in the BIOS (VMware KB 1011712). Raises ``ParseError`` where the host does not say."""
    found = _fields(text).get("HV Support", "")
    if found not in {"0", "1", "2", "3"}:
        raise unreadable("nothing about HV support in the answer", text)
    return int(found)


def _fields(text: str) -> dict[str, str]:
    """The first value of each field."""
    found: dict[str, str] = {}
    for line in lines(text):
        if field := _FIELD.fullmatch(line):
            found.setdefault(field[1], field[2])
    return found
