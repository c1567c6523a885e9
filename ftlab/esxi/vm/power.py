"""Power steps of a virtual machine, its power state, and the reload of its VMX file.

hostd's answer to a step is not proof: 6.x sometimes says "failed" although the VM is on. The
state is read again after every step.
"""

from __future__ import annotations

from typing import Literal

from ftlab.esxi.text import lines, unreadable
from ftlab.model import Command

PowerState = Literal["on", "off", "suspended"]
_STATES: dict[str, PowerState] = {
    "Powered on": "on",
    "Powered off": "off",
    "Suspended": "suspended",
}


def build_get_state(vmid: int) -> Command:
    """Ask for the power state. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/power.getstate", str(vmid)), repeatable=True)


def build_on(vmid: int) -> Command:
    """Power on. Not safe to repeat blindly: read the state first."""
    return Command(("vim-cmd", "vmsvc/power.on", str(vmid)))


def build_off(vmid: int) -> Command:
    """Cut the power, like a plug pulled. Not safe to repeat blindly: read the state first."""
    return Command(("vim-cmd", "vmsvc/power.off", str(vmid)))


def build_shutdown(vmid: int) -> Command:
    """Ask the guest to shut down; needs VMware Tools, and returns before the guest is down."""
    return Command(("vim-cmd", "vmsvc/power.shutdown", str(vmid)))


def build_reload(vmid: int) -> Command:
    """Make hostd read the VMX file again. Safe to repeat."""
    return Command(("vim-cmd", "vmsvc/reload", str(vmid)), repeatable=True)


def parse_state(text: str) -> PowerState:
    """The power state in an answer of ``power.getstate``.

    Raises ``ParseError`` unless exactly one state is named: an unknown state is never "off".
    """
    found = {_STATES[line.strip()] for line in lines(text) if line.strip() in _STATES}
    if len(found) != 1:
        raise unreadable("not exactly one power state in the answer", text)
    return found.pop()
