"""What a run has to report, its exit code, and its JSON document (the contract for scripts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftlab.model import STATUSES, Change, Failure, Outcome, Status
from ftlab.report.plain import plain

SCHEMA = 1

_STOPPED_EXIT = {"interrupted": 130, "deadline": 8, "max_fail": 6}
#: The parts of a change that are left out where they do not apply.
_OPTIONAL = ("vm", "vmid", "path", "key")


@dataclass(frozen=True, slots=True)
class Report:
    """One run. ``started`` is ISO 8601 in UTC to the second (``2026-01-02T03:04:05Z``),
    ``seconds`` the wall time, ``outcomes`` one per host in inventory order. ``stopped`` says why
    hosts were held back or cut: ``max_fail``, ``deadline``, ``interrupted``, ``canary``."""

    task: str
    run: str
    check: bool
    started: str
    seconds: float
    outcomes: tuple[Outcome, ...] = ()
    stopped: str | None = None


def exit_code(report: Report) -> int:
    """The exit status of the run: the gravest thing that happened decides."""
    if report.stopped in _STOPPED_EXIT:
        return _STOPPED_EXIT[report.stopped]
    statuses = {outcome.status for outcome in report.outcomes}
    if "failed" in statuses:
        return 5
    if "unreachable" in statuses:
        return 4
    return 3 if report.check and "would_change" in statuses else 0


def summary(report: Report) -> dict[Status, int]:
    """How many hosts ended with each status, zeros included."""
    counts: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    for outcome in report.outcomes:
        counts[outcome.status] += 1
    return counts


def document(report: Report) -> dict[str, Any]:
    """The JSON document of ``docs/report.schema.json``: only plain values, valid as UTF-8."""
    hosts = {plain(outcome.host): host_entry(outcome) for outcome in report.outcomes}
    return {**heading(report), "hosts": hosts, "summary": summary(report)}


def heading(report: Report) -> dict[str, Any]:
    """What every document of ftlab begins with."""
    return {
        "schema": SCHEMA,
        "task": report.task,
        "run": report.run,
        "check": report.check,
        "started": report.started,
        "seconds": round(report.seconds, 3),
    }


def host_entry(outcome: Outcome) -> dict[str, Any]:
    """One host's part of the document."""
    return {
        "status": outcome.status,
        "seconds": round(outcome.seconds, 3),
        "changes": [change_entry(change) for change in outcome.changes],
        "facts": plain(outcome.facts),
        "error": _error_entry(outcome.error),
    }


def host_line(outcome: Outcome) -> dict[str, Any]:
    """One host as a line of ``--jsonl``: its part of the document, and its name."""
    return {"host": plain(outcome.host), **host_entry(outcome)}


def change_entry(change: Change) -> dict[str, Any]:
    """A change as JSON. ``before`` and ``after`` are always there, ``null`` means absent."""
    entry: dict[str, Any] = {"target": change.target}
    entry |= {
        name: getattr(change, name) for name in _OPTIONAL if getattr(change, name) is not None
    }
    entry |= {"before": change.before, "after": change.after}
    if change.verified is not None:
        entry["verified"] = change.verified
    return _plain_dict(entry)


def _error_entry(error: Failure | None) -> dict[str, Any] | None:
    if error is None:
        return None
    return _plain_dict({"kind": error.kind, "message": error.message, "hint": error.hint})


def _plain_dict(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in entry.items()}
