"""Guest operating systems: the VMX's word for one, and the vSphere API's, from ``data``."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from ftlab.sim.vms.vmx_file import VmxFile

_NAMES: dict[str, list[str]] = tomllib.loads(
    files("ftlab.sim.vms").joinpath("data/guest_os.toml").read_text("utf-8")
)


def guest_os(config: VmxFile) -> tuple[str, str]:
    """The API's identifier for the VMX's ``guestOS``, and the name in words; an unknown one's
    follows the common pattern."""
    word = config.get("guestOS", "other")
    identifier, name = _NAMES.get(word.casefold(), [word.replace("-", "_") + "Guest", word])
    return identifier, name
