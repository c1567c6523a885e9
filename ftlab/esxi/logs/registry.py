"""The known failures of an FT power-on: data, each row with its source.

A row rests on a line seen verbatim in public, on a ``msg.``/``vob.`` marker, on a fault or reason
of the vSphere API (which hostd's logs and answers carry), or on the vmkernel's status codes
(:mod:`ftlab.esxi.logs.status_codes`). Words that nobody has published are no row.
"""

from __future__ import annotations

from ftlab.esxi.logs import status_codes
from ftlab.esxi.logs.signature import STREAM_REMEDY, Signature
from ftlab.esxi.logs.status_codes import NO_VMOTION_NETWORK, StatusCode

_ARTICLE = "williamlam.com, tag vft"
_API = "vSphere API"
_OTHER_CODE = r"(?:(?i:bad(?!003f)[0-9a-f]{4})|\b(?!195887167\b)195(?:8[89]|9[0-5])[0-9]{4}\b)"
"""A status code, in hexadecimal or decimal, that is not the article's."""
_IN_WORDS = "; its words: public logs and message catalogues"
_CODES = "status codes: Seagate/opensea-transport, src/vm_nvme_lib"


def _by_code(*rows: StatusCode) -> tuple[Signature, ...]:
    return tuple(
        Signature(
            row.name, row.pattern, row.kind, row.meaning, row.advice,
            f"{_CODES}, 0x{status_codes.BASE + row.code:07x}{_IN_WORDS if row.pattern else ''}",
            codes=frozenset({row.code}),
        )
        for row in rows
    )  # fmt: skip


SIGNATURES: tuple[Signature, ...] = (
    Signature(
        "cpu-cannot-replay",
        r"FaultToleranceCpuIncompatible|HV Replay Capable: false",
        "permanent",
        "a CPU of the pair cannot replay a virtual machine",
        "legacy FT needs a physical CPU that supports record/replay on both sides; "
        "no option changes that",
        f"{_API}, FaultToleranceCpuIncompatible; esxcli hardware cpu global get",
    ),
    Signature(
        "cpu-differs",
        r"msg\.featurecompat\b",
        "permanent",
        "the two hosts' CPUs offer the VM different features",
        "hosts with CPUs of one family, or vCenter's EVC (ftlab vft.check compares the CPUs)",
        "message catalogues in public logs: msg.featurecompat",
    ),
    Signature(
        "checkpoint-too-big",
        r"vob\.vmotion\.chkpt\.toobig|Migrate_SetFailure\b.*\bbad0006\b"
        r"|checkpoint data length .*exceeds the maximum checkpoint data length",
        "permanent",
        "the VM's checkpoint is larger than a migration may carry",
        "lower the VM's video memory (svga.vramSize), or raise its hardware version",
        "Broadcom KB 308477",
    ),
    Signature(
        "keys-missing",
        r"VmConfigIncompatibleForRecordReplay|\brecordReplayNotSupported\b",
        "permanent",
        "the replay keys are not loaded on this VM",
        "ftlab vft.enable --vm VM, with the VM powered off (6.0: with --legacy-ft)",
        f"{_ARTICLE}; {_API}, VmFaultToleranceConfigIssue",
    ),
    Signature(
        "build-differs",
        r"FaultToleranceNotSameBuild",
        "permanent",
        "the two hosts run different builds, or different versions of FT",
        "bring both hosts to the same build (ftlab hosts.check shows them)",
        f"{_API}, FaultToleranceNotSameBuild",
    ),
    Signature(
        "certificate",
        r"\bverifySSLCertificateFlagNotSet\b",
        "permanent",
        "the hosts do not accept each other's certificate",
        "in vCenter: turn host certificate checking on, verify each host's thumbprint, and "
        "reconnect the hosts",
        f"{_API}, VmFaultToleranceConfigIssue",
    ),
    Signature(
        "disk-not-thick",
        r"FaultToleranceNeedsThickDisk",
        "permanent",
        "legacy FT takes only eager-zeroed thick disks",
        "turn FT off and on in vCenter, which converts them, or inflate them by hand",
        f"{_API}, FaultToleranceNeedsThickDisk",
    ),
    Signature(
        "not-licensed",
        r"FaultToleranceNotLicensed",
        "permanent",
        "a host has no licence for Fault Tolerance",
        "in vCenter: Administration, Licensing",
        f"{_API}, FaultToleranceNotLicensed",
    ),
    Signature(
        "question-pending",
        r"msg\.hbacommon\.(outofspace|corruptredo|locklost)",
        "question",
        "the VM waits for an answer",
        "ftlab vm.answer --vm VM shows the question and answers it",
        "public monitoring tools' message catalogues",
    ),
    Signature(
        "disk-locked",
        r"Failed to lock the file|[Ff]ile is locked|msg\.fileio\.lock|vim\.fault\.FileLocked"
        r"|Unable to access (?:a )?file\b.* since it is locked",
        "permanent",
        "another host or process holds one of the VM's files",
        "find the holder (vmkfstools -D on the file) and power that VM off",
        "capture: vmware.log of a 5.0 host; its words elsewhere: Broadcom KB 10051",
    ),
    *_by_code(*status_codes.REFUSALS),
    Signature(
        "destination-low-memory",
        r"VMotionRecv: .*leave low memory state on dest host"
        r"|InsufficientMemoryResourcesFault|InsufficientHostMemoryCapacityFault",
        "transient",
        "the secondary's host is short of memory",
        "free memory on the secondary's host, or give the vESXi VM more",
        "capture: vmkernel.log of a 5.0 host",
    ),
    *_by_code(*status_codes.SHORTAGES),
    Signature(
        "task-in-progress",
        r"vim\.fault\.TaskInProgress|(?i:task (is already )?in progress)",
        "transient",
        "the host is still busy with another task on this VM",
        "wait for it (vim-cmd vmsvc/get.tasklist shows it)",
        f"{_API}, TaskInProgress",
    ),
    Signature(
        "stream-keepalive",
        r"vob\.vmotion\.stream\.keepalive\.read\.fail|failed to read stream keepalive",
        "remedy",
        "the vMotion stream between the nested hosts breaks off while the secondary starts",
        "/Migrate/VMotionStreamDisable on both hosts of the pair: ftlab vft.power-on-secondary "
        "finds the value and sets it, ftlab vft.stream --value N sets it by hand",
        f"{_ARTICLE}; {_CODES}, 0xbad003f",
        STREAM_REMEDY,
        frozenset({status_codes.CONNECTION_CLOSED}),
    ),
    Signature(
        "precopy-failure",
        rf"msg\.checkpoint\.precopyfailure(?!.*(?:{_OTHER_CODE}|{NO_VMOTION_NETWORK}))"
        r"|Migrate: secondary failure during migration",
        "remedy",
        "the VM's memory did not get across to the secondary",
        "/Migrate/VMotionStreamDisable on both hosts of the pair: ftlab vft.power-on-secondary "
        "finds the value and sets it, ftlab vft.stream --value N sets it by hand",
        _ARTICLE,
        STREAM_REMEDY,
    ),
    *_by_code(*status_codes.FAILURES),
    Signature(
        "no-vmx-process",
        r"There is no VMware process running for config file",
        "generic",
        "the VM's process on the other host was gone",
        "look at the other half's vmware.log: it ends with the reason",
        "a hostd.log of 2018; vmware/pyvmomi issue 440",
    ),
    Signature(
        "switchover-too-long",
        r"msg\.checkpoint\.migration\.maxSwitchoverTimeExceeded"
        r"|exceeded the maximum switchover time",
        "transient",
        "the last step of the migration took longer than it may",
        "a slow disk or network between the hosts, or a physical host short of CPU",
        "public logs of 5.x to 8.0",
    ),
    Signature(
        "no-migration-data",
        r"msg\.checkpoint\.migration\.nodata\b|Timed out waiting for migration data",
        "generic",
        "the VM's data did not come from the other host",
        "the side that gave up first says why: look at the other half's logs",
        "message catalogues in public logs: msg.checkpoint.migration.nodata",
    ),
    Signature(
        "checkpoint-not-written",
        r"msg\.checkpoint\.migration\.writefail",
        "generic",
        "the VM's checkpoint could not be sent",
        "the lines before it say why",
        "Broadcom KB 308477, where it follows another cause",
    ),
    Signature(
        "resume-failed",
        r"(?i:source detected that (the )?destination failed to resume)|msg\.migrate\.fail\.dst\b"
        r"|VM failed to resume on the destination",
        "generic",
        "the other host could not resume the VM's state, whatever the reason",
        "look for the reason in the other half's logs: no VMX process, a disk, the network; it is "
        "the CPU only where esxcli hardware cpu global get says HV Replay Capable: false",
        "a hostd.log of 2018; vmware/pyvmomi issue 440; lab.florian.ca, 2017 (a missing file); "
        "VMware KB 2002379 for the CPU",
    ),
    Signature(
        "migration-failed",
        r"Migration considered a failure by the VMX",
        "generic",
        "the VM's process gave the migration up",
        "the lines before it say why",
        "public logs of 5.x to 8.0",
    ),
    *_by_code(*status_codes.SYMPTOMS),
)
"""In order of precedence: what is permanent outranks the broken stream it also causes; what is
generic comes last."""

STARVATION = (
    "a physical host with far more virtual than real CPUs shows the same lines "
    "(the receiving helper starves): free CPU there and try again"
)
"""What is left when no remedy helped (a nested lab at 6.75:1 showed it)."""
