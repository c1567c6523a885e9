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

_BEGUN = Trace("vmware", "both", "MigrateSetInfo: state=8 srcIp=<{ip}> dstIp=<{ip}> mid={mig}")
"""Names the migration in the VM's own log, which is how the kernel's lines are known as its."""


def _status(name: str, code: int, words: str) -> Signature:
    """A failure that the vmkernel names by a status code alone, in hexadecimal and in decimal."""
    number = 0xBAD0000 + code
    return Signature(name, "The secondary virtual machine could not be started.", (
        _BEGUN,
        Trace("vmware", "both", "[msg.checkpoint.precopyfailure] Migration to host <{ip}> failed "
              f"with error {words} (0x{number:07x})."),
        Trace("vmkernel", "both", "WARNING: VMotionRecv: 2618: {mig} D: Failed waiting for data. "
              f"Error {number}. {words}")))  # fmt: skip


def _refusal(name: str, message: str, fault: str, said: str = "") -> Signature:
    """A refusal that the API has a fault for, in hostd's answer and log; ``said`` in the VM's."""
    words = (Trace("vmware", "secondary", said),) if said else ()
    return Signature(name, message, (
        Trace("hostd", "secondary", f"Fault Tolerance secondary {{vm}} refused: {fault}"), *words),
        fault=fault)  # fmt: skip


SIGNATURES: dict[str, Signature] = {s.name: s for s in (
    Signature("keepalive", "The secondary virtual machine could not be started: the migration "
              "stream from the primary was closed.", _KEEPALIVE),
    Signature("starvation", "The secondary virtual machine could not be started: the migration "
              "stream from the primary was closed.", _KEEPALIVE),
    Signature("checkpoint-too-big", "The checkpoint of the virtual machine is larger than the "
              "migration allows.", (
        Trace("vmware", "primary", "[vob.vmotion.chkpt.toobig] vMotion migration [{ip}:{mig}] "
              "checkpoint data exceeds the limit"),
        Trace("vmware", "primary", "Migrate_SetFailure: failure bad0006: Limit exceeded"),
        Trace("vmware", "primary", "[msg.checkpoint.migration.writefail] Failed to write the "
              "checkpoint of {vm}: Limit exceeded (bad0006)"),
        Trace("vmware", "secondary", "MigrateSetState: Transitioning from state 9 to 11."))),
    Signature("low-memory", "The destination host has not enough memory to take the secondary.", (
        _BEGUN,
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
    Signature("precopy", "The secondary virtual machine could not be started.", _KEEPALIVE[3:]),
    Signature("resume-failed", "The secondary could not resume.", (
        Trace("vmware", "primary", "[msg.migrate.fail.dst] The source detected that the "
              "destination failed to resume."),)),
    Signature("no-vmx-process", "The secondary could not resume.", (
        Trace("hostd", "primary", "{vm}: Failed to establish transport connection (9): There is no "
              "VMware process running for config file "
              "/vmfs/volumes/55932a10-f0a9f9e4-fb24-001f6713cb78/{vm}/{vm}.vmx."),
        Trace("vmware", "primary", "The source detected that the destination failed to resume."))),
    Signature("features-differ", "The CPUs of the hosts are not alike.", (
        Trace("vmware", "secondary", "[msg.featurecompat.missing] A feature of the CPU is missing "
              "on this host."),)),
    Signature("switchover", "The secondary virtual machine could not be started.", (
        Trace("vmware", "both", "[msg.checkpoint.migration.maxSwitchoverTimeExceeded] The "
              "migration has exceeded the maximum switchover time of 100 second(s)."),)),
    Signature("write-failed", "The secondary virtual machine could not be started.", (
        Trace("vmware", "primary", "[msg.checkpoint.migration.writefail] Failed to write the "
              "checkpoint of {vm}"),)),
    Signature("given-up", "The secondary virtual machine could not be started.", (
        Trace("vmware", "both", "Migration considered a failure by the VMX."),)),
    _refusal("cpu-incompatible", "The CPU of this host cannot take part in Fault Tolerance.",
             "vim.fault.FaultToleranceCpuIncompatible"),
    _refusal("missing-keys", "The virtual machine is not set up for Fault Tolerance on this host: "
             "{why}", "vim.fault.VmConfigIncompatibleForRecordReplay",
             "StateLogger: record/replay is not allowed for this virtual machine: {why}"),
    _refusal("differing-builds", "The hosts of the pair run different builds: {why}",
             "vim.fault.FaultToleranceNotSameBuild",
             "FT: incompatible hosts: Fault Tolerance version mismatch, {why}"),
    Signature("thumbprint", "The SSL thumbprint of the other host could not be verified.", (
        Trace("hostd", "secondary", "Fault Tolerance secondary {vm} refused: "
              "vim.fault.VmFaultToleranceConfigIssue, reason = verifySSLCertificateFlagNotSet"),),
        fault="vim.fault.VmFaultToleranceConfigIssue"),
    _refusal("thin-disk", "Fault Tolerance needs a thick disk.",
             "vim.fault.FaultToleranceNeedsThickDisk"),
    _refusal("unlicensed", "Fault Tolerance is not licensed on this host.",
             "vim.fault.FaultToleranceNotLicensed"),
    _status("limit", 0x0006, "Limit exceeded"),
    _status("timeout", 0x0021, "Timeout"),
    _status("reset", 0x004B, "Connection reset by peer"),
    _status("refused", 0x004F, "Connection refused"),
    _status("memory-admission", 0x0081, "Admission check failed for memory resource"),
    _status("no-swap-file", 0x0082, "No swap file"),
    _status("resources", 0x00A4, "Not enough CPU or memory to start the migration"),
    _status("aborted", 0x00E0, "IO was aborted"),
    _status("log-write", 0x00F1, "Log write error"),
    _status("log-read", 0x00F2, "Log read error"),
    _status("log-type", 0x00F3, "Type mismatch reading the log"),
    _status("divergence", 0x00F4, "Divergence detected during replay"),
    _status("silent", 0x00F5, "The other side of the FT pair does not respond"),
    _status("switchover-time", 0x0107, "Maximum switchover time exceeded"),
    _status("no-progress", 0x0109, "No pre-copy progress"),
    _status("vmotion-network", 0x010B, "The hosts could not connect over the vMotion network"),
    _status("ft-not-enabled", 0x0126, "FT is not enabled on the VM"),
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
