"""``vft.diagnose``: logs explained, on the hosts or from a file in hand."""

from __future__ import annotations

import gzip
import os
import sys
import time
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from ftlab.errors import UsageError
from ftlab.esxi.answer import lines
from ftlab.esxi.signatures import Signature
from ftlab.lab import identity
from ftlab.lab.front import Lab
from ftlab.lab.options import NO_INVENTORY
from ftlab.lab.places import find_inventory
from ftlab.model import Outcome
from ftlab.ops.diagnose import Diagnose, explain, notes_of
from ftlab.report.document import Report

TASK = "vft.diagnose"
_MOST = 64 * 1024 * 1024
"""Bytes of a file in hand that are read; the newest count."""


def diagnose_vms(lab: Lab, vm: tuple[str, ...], signatures: Sequence[Signature]) -> Report:
    """Read the ends of the logs of both halves. Touches nothing."""
    if lab.options.inventory == NO_INVENTORY:
        find_inventory(None, os.environ)  # says where it looked
    return lab.run(TASK, Diagnose(vm, tuple(signatures)))


def diagnose_file(file: str, signatures: Sequence[Signature]) -> Report:
    """Explain a log in hand (``-``: standard input; ``.gz`` is unpacked). Contacts nobody; in
    the report the file stands where a host would. Raises ``UsageError`` where it cannot be
    read."""
    now, began = datetime.now(UTC), time.monotonic()
    name = "standard input" if file == "-" else file
    explained = explain([(name, lines(_text(file)))], signatures)
    facts = {"findings": explained.facts()}
    notes = notes_of(Path(name).name, explained)
    outcome = Outcome(name, "ok", facts={**facts, "notes": notes} if notes else facts)
    seconds = time.monotonic() - began
    run, started = identity.new_run(now), identity.started(now)
    return Report(TASK, run, check=False, started=started, seconds=seconds, outcomes=(outcome,))


def _text(file: str) -> str:
    try:
        return _bytes(file).decode("utf-8", "surrogateescape")
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"--log {file}: cannot be read: {reason}") from error


def _bytes(file: str) -> bytes:
    if file == "-":
        return _newest(sys.stdin.buffer)
    opener = gzip.open if file.endswith(".gz") else open
    with opener(Path(file).expanduser(), "rb") as stream:
        return _newest(stream)  # type: ignore[arg-type]


def _newest(stream: BinaryIO) -> bytes:
    """The end of a stream, without ever holding much more."""
    kept = b""
    while block := stream.read(1 << 20):
        kept = (kept + block)[-_MOST:] if len(kept) + len(block) > 2 * _MOST else kept + block
    return kept[-_MOST:]
