"""Whether a secondary that could not be resumed has a CPU that cannot replay: the host is asked."""

from __future__ import annotations

from collections.abc import Iterable

from ftlab.engine.context import Context
from ftlab.errors import HostFailed
from ftlab.esxi.host import cpu
from ftlab.esxi.logs.signatures import Finding

_RESUME_FAILED = "resume-failed"


def cpu_evidence(context: Context, found: Iterable[Finding]) -> list[str]:
    """A line of evidence where the VM could not be resumed and this host says that its CPU cannot
    replay (``esxcli hardware cpu global get``); nothing where it says otherwise, or not at all.

    The failure to resume alone is generic: it also follows a lost process, disk or network. Asks
    the host only if it is among the findings.
    """
    if all(finding.signature.name != _RESUME_FAILED for finding in found):
        return []
    try:
        capable, reasons = cpu.parse_replay(context.ask(cpu.build_abilities()).out)
    except HostFailed:
        return []
    return [] if capable else [f"HV Replay Capable: false {reasons}".strip()]
