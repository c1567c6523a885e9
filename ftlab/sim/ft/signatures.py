"""How a secondary's power-on fails: the traces each failure leaves, as data.

The markers in brackets and the words that name a cause are those documented publicly; the
wording around them is this lab's own. Placeholders: ``{mig}`` migration identifier, ``{ip}`` the
primary's FT address, ``{vm}`` the VM, ``{disk}`` its disk, ``{why}`` what the moment adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["fails", "asks", "stuck", "busy", "reboots"]
CLOSED = "Connection closed by remote host, possibly due to timeout"


@dataclass(frozen=True, slots=True)
class Trace:
    """One log line. ``log`` is the VM's own ``vmware.log`` or one of the host's logs; ``half``
    says on which side of the pair it is written."""

    log: Literal["vmware", "vmkernel", "hostd"]
    half: Literal["primary", "secondary", "both"]
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to fail. ``kind``: it fails outright, asks a question first, comes up but never
    gets to run, is busy with another task, or loses its host."""

    name: str
    message: str
    traces: tuple[Trace, ...] = ()
    kind: Kind = "fails"
    fault: str = "vim.fault.GenericVmConfigFault"


_KEEPALIVE = (
    Trace("vmkernel", "both", "WARNING: VMotionUtil: 683: {mig}: failed to read stream keepalive: "
          f"{CLOSED}"),
    Trace("vmware", "both", "[vob.vmotion.stream.keepalive.read.fail] vMotion migration "
          f"[{{ip}}:{{mig}}] failed to read stream keepalive: {CLOSED}"),
    Trace("vmware", "both", "[msg.checkpoint.precopyfailure] Migration to host <{ip}> failed "
          f"with error {CLOSED} (0xbad003f)."),
    Trace("vmware", "both", f"Migrate: secondary failure during migration: error {CLOSED}."),
)  # fmt: skip

SIGNATURES: dict[str, Signature] = {s.name: s for s in (
    Signature("keepalive", "The secondary virtual machine could not be started: the migration "
              "stream from the primary was closed.", _KEEPALIVE),
    Signature("starvation", "The secondary virtual machine could not be started: the migration "
              "stream from the primary was closed.", (
        Trace("vmkernel", "secondary", "WARNING: VMotionRecv: {mig} D: receive helper got no CPU "
              "for 9.4 seconds; 812344 bytes wait in the socket of port 8000"),
        *_KEEPALIVE)),
    Signature("checkpoint-too-big", "The checkpoint of the virtual machine is larger than the "
              "migration allows.", (
        Trace("vmware", "primary", "[vob.vmotion.chkpt.toobig] vMotion migration [{ip}:{mig}] "
              "checkpoint data exceeds the limit"),
        Trace("vmware", "primary", "Migrate_SetFailure: failure bad0006: Limit exceeded"),
        Trace("vmware", "primary", "[msg.checkpoint.migration.writefail] Failed to write the "
              "checkpoint of {vm}: Limit exceeded (bad0006)"),
        Trace("vmware", "secondary", "MigrateSetState: Transitioning from state 9 to 11."))),
    Signature("low-memory", "The destination host has not enough memory to take the secondary.", (
        Trace("vmkernel", "secondary", "WARNING: VMotionRecv: 2618: {mig} D: World 737163 waited "
              "23.610 seconds to leave low memory state on dest host during pre-copy. May cause "
              "unexpected VMotion failures!"),
        Trace("vmware", "secondary", "Migrate: out of memory on the destination while receiving "
              "{vm}"))),
    Signature("locked", "Failed to lock the file", (
        Trace("vmware", "secondary", "AIOGNRC: Failed to open '{disk}' : Failed to lock the file "
              "(400000003) (0x2013)."),
        Trace("vmware", "secondary", "AIOMGR: AIOMgr_OpenWithRetry: Descriptor file '{disk}' "
              "locked (try 0)"),
        Trace("vmware", "secondary", "[msg.disk.noBackEnd] Cannot open the disk '{disk}' or one "
              "of the snapshot disks it depends on.")), fault="vim.fault.FileLocked"),
    Signature("question", "The power-on was cancelled: no space left on the datastore.", (
        Trace("vmware", "secondary", "[msg.hbacommon.outofspace] There is no more space for the "
              "virtual disk '{disk}'."),
        Trace("vmware", "secondary", "VMX: waiting for an answer to msg.hbacommon.outofspace")),
        kind="asks"),
    Signature("resume-failed", "The secondary could not resume.", (
        Trace("vmware", "primary", "Source detected that destination failed to resume."),
        Trace("vmware", "secondary", "Replay: this CPU cannot take part in record/replay"))),
    Signature("missing-keys", "The virtual machine is not set up for Fault Tolerance on this host: "
              "{why}", (
        Trace("vmware", "secondary", "StateLogger: record/replay is not allowed for this virtual "
              "machine: {why}"),
        Trace("hostd", "secondary", "Fault Tolerance secondary {vm} refused: {why}"))),
    Signature("differing-builds", "The hosts of the pair run different builds: {why}", (
        Trace("vmware", "secondary", "FT: incompatible hosts: Fault Tolerance version mismatch, "
              "{why}"),
        Trace("vmkernel", "both", "WARNING: FTCpt: primary and secondary builds differ: {why}"))),
    Signature("thumbprint", "The SSL thumbprint of the other host could not be verified.", (
        Trace("hostd", "secondary", "SSL: host certificate thumbprint mismatch for {ip}"),
        Trace("vmware", "secondary", "FT: connection to the primary refused: SSL thumbprint of "
              "{ip} is not verified; certificate checking failed"))),
    Signature("precopy", "The secondary virtual machine could not be started.", _KEEPALIVE[2:]),
    Signature("thin-disk", "Fault Tolerance needs a thick disk.", (
        Trace("hostd", "secondary", "Fault Tolerance secondary {vm} refused: "
              "vim.fault.FaultToleranceNeedsThickDisk"),),
        fault="vim.fault.FaultToleranceNeedsThickDisk"),
    Signature("unlicensed", "Fault Tolerance is not licensed on this host.", (
        Trace("hostd", "secondary", "Fault Tolerance secondary {vm} refused: "
              "vim.fault.FaultToleranceNotLicensed"),),
        fault="vim.fault.FaultToleranceNotLicensed"),
    Signature("no-primary", "The primary virtual machine is not powered on.", (
        Trace("vmware", "secondary", "FT: no primary to follow: {vm} is not powered on"),)),
    Signature("never-running", "", (
        Trace("vmware", "secondary", "FT: waiting for the first replayed instruction of {vm}"),),
        kind="stuck"),
    Signature("busy", "The operation is not allowed while another task is in progress.", (
        Trace("hostd", "secondary", "Task in progress on {vm}; powerOn refused"),),
        kind="busy", fault="vim.fault.TaskInProgress"),
    Signature("reboot", "", kind="reboots"),
)}  # fmt: skip
