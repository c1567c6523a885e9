"""A report as a JSON document (the contract for scripts)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftlab.engine.report import Report, exit_code, summary
from ftlab.model import Change, Failure, Outcome
from ftlab.report.json.plain import to_json

SCHEMA = 1

#: The parts of a change that are left out where they do not apply.
_OPTIONAL = ("vm", "vmid", "path", "key")


def document(report: Report) -> dict[str, Any]:
    """The JSON document of ``docs/report.schema.json``: only plain values, valid as UTF-8."""
    hosts = {to_json(outcome.host): host_entry(outcome) for outcome in report.outcomes}
    told = {"exit": exit_code(report), "hosts": hosts, "summary": summary(report)}
    return {**heading(report), **told}


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
        "facts": to_json(outcome.facts),
        "error": _error_entry(outcome.error),
    }


def host_line(outcome: Outcome) -> dict[str, Any]:
    """One host as a line of ``--jsonl``: its part of the document, and its name."""
    return {"host": to_json(outcome.host), **host_entry(outcome)}


def change_entry(change: Change) -> dict[str, Any]:
    """A change as JSON. ``before`` and ``after`` are always there, ``null`` means absent."""
    entry: dict[str, Any] = {"target": change.target}
    entry |= {
        name: getattr(change, name) for name in _OPTIONAL if getattr(change, name) is not None
    }
    entry |= {"before": change.before, "after": change.after}
    if change.verified is not None:
        entry["verified"] = change.verified
    if change.possible:
        entry["possible"] = True
    return _plain_dict(entry)


def _error_entry(error: Failure | None) -> dict[str, Any] | None:
    if error is None:
        return None
    return _plain_dict({"kind": error.kind, "message": error.message, "hint": error.hint})


def _plain_dict(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: to_json(value) for key, value in entry.items()}
