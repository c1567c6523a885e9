"""What the logs of a failed FT power-on mean. Data, and the matching of it; pure.

A signature's ``kind`` says what to do:

``remedy``      a known option helps; ``remedy`` names it (``ftlab.ops.vft.secondary.remedies``)
``transient``   the same step may work a moment later
``permanent``   no retry and no option helps; ``advice`` says what would
``question``    the VM waits for an answer

Lines seen verbatim in public are the article's three (williamlam.com, tag vft), *failed to
resume*, the low-memory and the lock line, and the ``msg.``/``vob.`` markers; where no verbatim
line is public, the pattern takes the words that name the cause, and the fault names of the
vSphere API, which hostd's logs and answers carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KINDS = ("remedy", "transient", "permanent", "question")
STREAM_REMEDY = "stream"
"""The one remedy a signature can name: ``/Migrate/VMotionStreamDisable``, step by step."""


@dataclass(frozen=True)
class Signature:
    """One known failure. ``pattern`` is a regular expression searched in each log line."""

    name: str
    pattern: str
    kind: str
    meaning: str
    advice: str
    source: str
    remedy: str = ""


@dataclass(frozen=True)
class Finding:
    """A signature and a log line that showed it."""

    signature: Signature
    line: str


_ARTICLE = "williamlam.com, tag vft"
_GUIDE = "vSphere Availability guide, Fault Tolerance requirements"

SIGNATURES: tuple[Signature, ...] = (
    Signature(
        "cpu-cannot-replay",
        r"Source detected that destination failed to resume|FaultToleranceCpuIncompatible",
        "permanent",
        "the destination could not resume the VM's state: its CPU cannot replay it",
        "legacy FT needs a physical CPU that supports record/replay on both sides; "
        "no option changes that",
        "VMware KB 2002379 (as cited in public lab reports); vSphere API",
    ),
    Signature(
        "checkpoint-too-big",
        r"vob\.vmotion\.chkpt\.toobig|msg\.checkpoint\.migration\.writefail"
        r"|Migrate_SetFailure\b.*\bbad0006\b",
        "permanent",
        "the VM's checkpoint is larger than a migration may carry",
        "lower the VM's video memory (svga.vramSize), or raise its hardware version",
        "Broadcom KB 308477",
    ),
    Signature(
        "keys-missing",
        r"replay\.(allowFT|allowBTOnly|supported)\b.*(not set|missing|required|not allowed)"
        r"|[Rr]ecord/[Rr]eplay is not (supported|allowed)|VmConfigIncompatibleForRecordReplay"
        r"|recordReplayNotSupported",
        "permanent",
        "the replay keys are not loaded on this VM",
        "ftlab vft.enable --vm VM, with the VM powered off (6.0: with --legacy-ft)",
        f"{_ARTICLE}; vSphere API, VmFaultToleranceConfigIssue",
    ),
    Signature(
        "build-differs",
        r"(?i:(\bFT\b|fault tolerance).*(version|build).*(mismatch|differ|incompatible))"
        r"|FaultToleranceNotSameBuild",
        "permanent",
        "the two hosts run different builds, or different versions of FT",
        "bring both hosts to the same build (ftlab hosts.check shows them)",
        f"{_GUIDE}; vSphere API, FaultToleranceNotSameBuild",
    ),
    Signature(
        "certificate",
        r"(?i:thumbprint.*(mismatch|invalid|differ|not match|not verified)"
        r"|SSL.*certificate.*(fail|invalid|mismatch))|verifySSLCertificateFlagNotSet",
        "permanent",
        "the hosts do not accept each other's certificate",
        "in vCenter: turn host certificate checking on, verify each host's thumbprint, and "
        "reconnect the hosts",
        f"{_GUIDE}; vSphere API, VmFaultToleranceConfigIssue",
    ),
    Signature(
        "disk-not-thick",
        r"FaultToleranceNeedsThickDisk",
        "permanent",
        "legacy FT takes only eager-zeroed thick disks",
        "turn FT off and on in vCenter, which converts them, or inflate them by hand",
        "vSphere API, FaultToleranceNeedsThickDisk",
    ),
    Signature(
        "not-licensed",
        r"FaultToleranceNotLicensed",
        "permanent",
        "a host has no licence for Fault Tolerance",
        "in vCenter: Administration, Licensing",
        "vSphere API, FaultToleranceNotLicensed",
    ),
    Signature(
        "cpu-starvation",
        r"(?i:(receive|recv) ?helper.*(starv|no CPU|not scheduled)|Recv-Q .*\b8000\b)",
        "permanent",
        "the physical host is so short of CPU that the receiving vMotion helper does not run",
        "free CPU on the physical host and try again (a nested lab at 6.75:1 showed it)",
        "public report of a nested 9.1 lab",
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
        r"Failed to lock the file|[Ff]ile is locked|msg\.fileio\.lock|vim\.fault\.FileLocked",
        "permanent",
        "another host or process holds one of the VM's files",
        "find the holder (vmkfstools -D on the file) and power that VM off",
        "capture: vmware.log of a 5.0 host",
    ),
    Signature(
        "destination-low-memory",
        r"VMotionRecv: .*leave low memory state on dest host"
        r"|InsufficientMemoryResourcesFault|InsufficientHostMemoryCapacityFault",
        "transient",
        "the secondary's host is short of memory",
        "free memory on the secondary's host, or give the vESXi VM more",
        "capture: vmkernel.log of a 5.0 host",
    ),
    Signature(
        "task-in-progress",
        r"vim\.fault\.TaskInProgress|(?i:task (is already )?in progress)",
        "transient",
        "the host is still busy with another task on this VM",
        "wait for it (vim-cmd vmsvc/get.tasklist shows it)",
        "vSphere API, TaskInProgress",
    ),
    Signature(
        "stream-keepalive",
        r"vob\.vmotion\.stream\.keepalive\.read\.fail|failed to read stream keepalive",
        "remedy",
        "the vMotion stream between the nested hosts breaks off while the secondary starts",
        "/Migrate/VMotionStreamDisable on both hosts of the pair: ftlab vft.power-on-secondary "
        "finds the value and sets it, ftlab vft.stream --value N sets it by hand",
        _ARTICLE,
        STREAM_REMEDY,
    ),
    Signature(
        "precopy-failure",
        r"msg\.checkpoint\.precopyfailure|Migrate: secondary failure during migration",
        "remedy",
        "the VM's memory did not get across to the secondary",
        "/Migrate/VMotionStreamDisable on both hosts of the pair: ftlab vft.power-on-secondary "
        "finds the value and sets it, ftlab vft.stream --value N sets it by hand",
        _ARTICLE,
        STREAM_REMEDY,
    ),
)
"""In order of precedence: what is permanent outranks the broken stream it also causes."""

STARVATION = (
    "a physical host with far more virtual than real CPUs shows the same lines "
    "(the receiving helper starves): free CPU there and try again"
)
"""What is left when the whole ladder did not help (a nested lab at 6.75:1 showed it)."""

_TROUBLE = re.compile(
    r"(?i)\b(fail\w*|error\w*|refused|denied|unable|cannot|could not|not (?:allowed|supported)"
    r"|abort\w*|time[d ]?-?out|lost|locked|panic|invalid|insufficient|mismatch)\b"
)


def findings(
    lines: Iterable[str],
    signatures: Sequence[Signature] = SIGNATURES,
    *,
    newest: bool = False,
) -> list[Finding]:
    """The signatures seen in ``lines``, each once with its first line (``newest``: its last),
    by precedence."""
    patterns = [(signature, re.compile(signature.pattern)) for signature in signatures]
    seen: dict[str, str] = {}
    for line in lines:
        for signature, pattern in patterns:
            if (newest or signature.name not in seen) and pattern.search(line):
                seen[signature.name] = line.strip()
    return [Finding(s, seen[s.name]) for s in signatures if s.name in seen]


def around_trouble(lines: Sequence[str], most: int = 20) -> list[str]:
    """The last ``most`` lines with words of failure and the line before and after each; the
    last lines where no such word is there."""
    near = {
        at + step
        for at, line in enumerate(lines)
        if _TROUBLE.search(line)
        for step in (-1, 0, 1)
        if 0 <= at + step < len(lines)
    }
    shown = [lines[at].strip() for at in sorted(near)] or [line.strip() for line in lines]
    return [line for line in shown if line][-most:]
