"""Figures and names of a VM that several objects show."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from importlib.resources import files

from ftlab.sim.vms.vm import SimVM
from ftlab.sim.vms.vmx_file import VmxFile


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond:06}Z"


def number(vm: SimVM, key: str, default: int) -> int:
    """A number of the VMX."""
    text = vm.loaded.get(key)
    return int(text) if text.isdecimal() else default


def cpu_count(vm: SimVM) -> int:
    return number(vm, "numvcpus", 1)


def memory_mb(vm: SimVM) -> int:
    return number(vm, "memSize", 32)


def api_uuid(text: str) -> str:
    """A VMX's UUID in the API's writing: 8-4-4-4-12 hex digits."""
    digits = re.sub(r"[^0-9a-fA-F]", "", text).lower()
    if len(digits) != 32:
        return ""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


_NAMES: dict[str, list[str]] = tomllib.loads(
    files("ftlab.sim.vms").joinpath("data/guest_os.toml").read_text("utf-8")
)


def guest_os(config: VmxFile) -> tuple[str, str]:
    """The API's identifier for the VMX's ``guestOS``, and the name in words; an unknown one's
    follows the common pattern."""
    word = config.get("guestOS", "other")
    identifier, name = _NAMES.get(word.casefold(), [word.replace("-", "_") + "Guest", word])
    return identifier, name
