"""What the logs of busy hosts hold besides: other VMs' troubles, and lines that name nobody.

The entries are made after public hostd.log and vmkernel.log files of 5.x to 8.0: a migration of
another VM that failed, with its reason in the lines after the first, and certificates of whoever
asks.
"""

from __future__ import annotations

from ftlab.sim.model.host import SimHost

STRANGER = "web07"
"""The VM that all of it is about. No host has it any more."""
_PLACE = f"/vmfs/volumes/4f5a1c2b-9d8e7f60-1a2b-0050569c0001/{STRANGER}/{STRANGER}.vmx"
_HOSTD = (
    f"State Transition (VM_STATE_EMIGRATING -> VM_STATE_ON) {_PLACE}\n"
    "(vim.fault.GenericVmConfigFault) {\n"
    "   faultCause = (vmodl.MethodFault) null,\n"
    '   reason = "The source detected that the destination failed to resume.",\n'
    '   msg = "[msg.migrate.fail.dst] Failed to lock the file"\n'
    "}",
    "SSL Handshake failed for stream <io_obj p:0x1f2b8ce0, h:14, 127.0.0.1:443>: certificate "
    "verify failed",
    f"Failed to power on {STRANGER}: vim.fault.FaultToleranceNotLicensed",
)
_VMKERNEL = (
    "WARNING: VMotionRecv: 2618: 1351180724311111 D: World 555001 waited 12.001 seconds to leave "
    "low memory state on dest host during pre-copy.",
    "WARNING: Migrate: 4267: 1351180724311111 S: Failed: Limit exceeded (0xbad0006) @0x41801e",
)


def make_noise(host: SimHost) -> None:
    """Write all of it into the host's own logs."""
    for text in _HOSTD:
        host.log("hostd", text)
    for text in _VMKERNEL:
        host.log("vmkernel", text)
