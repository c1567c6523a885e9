"""What the logs of a failed FT power-on mean. Data, and the matching of it; pure.

A signature's ``kind`` says what to do:

``remedy``      a known option helps: the stream ladder (``ftlab.ops.ladder``)
``transient``   the same step may work a moment later
``permanent``   no retry and no option helps; ``advice`` says what would
``question``    the VM waits for an answer
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ftlab.errors import UsageError

KINDS = ("remedy", "transient", "permanent", "question")


@dataclass(frozen=True)
class Signature:
    """One known failure. ``pattern`` is a regular expression searched in each log line."""

    name: str
    pattern: str
    kind: str
    meaning: str
    advice: str
    source: str


@dataclass(frozen=True)
class Finding:
    """A signature and the first log line that showed it."""

    signature: Signature
    line: str


SIGNATURES: tuple[Signature, ...] = (
    Signature(
        "cpu-cannot-replay",
        r"Source detected that destination failed to resume",
        "permanent",
        "the destination could not resume the VM's state: its CPU cannot replay it",
        "legacy FT needs a physical CPU that supports record/replay on both sides; "
        "no option changes that",
        "williamlam.com, tag vft",
    ),
    Signature(
        "checkpoint-too-big",
        r"vob\.vmotion\.chkpt\.toobig|msg\.checkpoint\.migration\.writefail",
        "permanent",
        "the VM's checkpoint is larger than a migration may carry",
        "lower the VM's video memory (svga.vramSize), or raise its hardware version",
        "Broadcom KB 308477",
    ),
    Signature(
        "keys-missing",
        r"replay\.(allowFT|allowBTOnly|supported)\b.*(not set|missing|required)"
        r"|[Rr]ecord/[Rr]eplay is not supported",
        "permanent",
        "the replay keys are not loaded on this VM",
        "ftlab vft.enable --vm VM, with the VM powered off",
        "williamlam.com, tag vft",
    ),
    Signature(
        "build-differs",
        r"(FT|fault tolerance).*(version|build).*(mismatch|differ|incompatible)",
        "permanent",
        "the two hosts run different builds",
        "bring both hosts to the same build (ftlab hosts.check shows them)",
        "VMware vSphere Availability guide, FT requirements",
    ),
    Signature(
        "certificate",
        r"thumbprint.*(mismatch|invalid|differ|not match)|SSL.*certificate.*(fail|invalid)",
        "permanent",
        "the hosts do not accept each other's certificate",
        "in vCenter: turn host certificate checking on, and reconnect the hosts",
        "VMware vSphere Availability guide, FT requirements",
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
        r"Failed to lock the file|[Ff]ile is locked|msg\.fileio\.lock",
        "permanent",
        "another host or process holds one of the VM's files",
        "find the holder (vmkfstools -D on the file) and power that VM off",
        "capture: vmware.log of a 5.0 host",
    ),
    Signature(
        "destination-low-memory",
        r"VMotionRecv: .*leave low memory state on dest host",
        "transient",
        "the secondary's host is short of memory",
        "free memory on the secondary's host, or give the vESXi VM more",
        "capture: vmkernel.log of a 5.0 host",
    ),
    Signature(
        "stream-keepalive",
        r"vob\.vmotion\.stream\.keepalive\.read\.fail|failed to read stream keepalive",
        "remedy",
        "the vMotion stream between the nested hosts breaks off while the secondary starts",
        "/Migrate/VMotionStreamDisable on both hosts of the pair",
        "williamlam.com, tag vft",
    ),
    Signature(
        "precopy-failure",
        r"msg\.checkpoint\.precopyfailure|Migrate: secondary failure during migration",
        "remedy",
        "the VM's memory did not get across to the secondary",
        "/Migrate/VMotionStreamDisable on both hosts of the pair",
        "williamlam.com, tag vft",
    ),
)
"""In order of precedence: what is permanent outranks the broken stream it also causes."""

STARVATION = (
    "a physical host with far more virtual than real CPUs shows the same lines "
    "(the receiving helper starves): free CPU there and try again"
)
"""What is left when the whole ladder did not help (a nested lab at 6.75:1 showed it)."""


def findings(lines: Iterable[str], signatures: Sequence[Signature] = SIGNATURES) -> list[Finding]:
    """The signatures seen in ``lines``, each once with its first line, by precedence."""
    patterns = [(signature, re.compile(signature.pattern)) for signature in signatures]
    first: dict[str, str] = {}
    for line in lines:
        for signature, pattern in patterns:
            if signature.name not in first and pattern.search(line):
                first[signature.name] = line.strip()
    return [Finding(s, first[s.name]) for s in signatures if s.name in first]


def parse_signatures(text: str, file: str) -> tuple[Signature, ...]:
    """A user's own signatures: TOML tables ``[[signature]]`` with the fields of
    :class:`Signature` (``advice`` and ``source`` may be left out).

    Raises ``UsageError`` naming the file and the table.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{file}: {error}", hint="signatures are TOML tables [[signature]]"
        ) from None
    tables = data.get("signature")
    if set(data) != {"signature"} or not isinstance(tables, list):
        raise UsageError(f"{file}: expected [[signature]] tables and nothing else")
    return tuple(_signature(table, f"{file}: signature {i}") for i, table in enumerate(tables, 1))


def _signature(table: dict[str, Any], where: str) -> Signature:
    fields = {"advice": "", "source": where} | table
    wrong = set(fields) ^ {"name", "pattern", "kind", "meaning", "advice", "source"}
    if wrong or not all(isinstance(value, str) for value in fields.values()):
        raise UsageError(
            f"{where}: missing, unknown or not a text: {', '.join(sorted(wrong)) or 'a value'}"
        )
    if fields["kind"] not in KINDS:
        raise UsageError(f"{where}: kind is {fields['kind']!r}, not one of {', '.join(KINDS)}")
    try:
        re.compile(fields["pattern"])
    except re.error as error:
        raise UsageError(f"{where}: pattern: {error}") from None
    return Signature(**fields)
