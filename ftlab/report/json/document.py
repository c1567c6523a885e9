"""A report as a JSON document (the contract for scripts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ftlab.engine.report import Report, exit_code, summary
from ftlab.model import Change, Failure, Outcome
from ftlab.report.json.plain import to_json

if TYPE_CHECKING:
    from ftlab.report.json.shapes import (
        ChangeShape,
        DocumentShape,
        ErrorShape,
        HeadingShape,
        HostLineShape,
        HostShape,
    )

#: The parts of a change that are left out where they do not apply.
_OPTIONAL = ("vm", "vmid", "path", "key")


def document(report: Report) -> DocumentShape:
    """The JSON document of ``docs/report.schema.json``: only plain values, valid as UTF-8."""
    hosts = {to_json(outcome.host): host_entry(outcome) for outcome in report.outcomes}
    told = {"exit": exit_code(report), "hosts": hosts, "summary": summary(report)}
    return cast("DocumentShape", {**heading(report), **told})


def heading(report: Report) -> HeadingShape:
    """What every document of ftlab begins with."""
    return {
        "schema": 1,
        "task": report.task,
        "run": report.run,
        "check": report.check,
        "started": report.started,
        "seconds": round(report.seconds, 3),
    }


def host_entry(outcome: Outcome) -> HostShape:
    """One host's part of the document."""
    return {
        "status": outcome.status,
        "seconds": round(outcome.seconds, 3),
        "changes": [change_entry(change) for change in outcome.changes],
        "facts": to_json(outcome.facts),
        "error": _error_entry(outcome.error),
    }


def host_line(outcome: Outcome) -> HostLineShape:
    """One host as a line of ``--jsonl``: its part of the document, and its name."""
    return {"host": to_json(outcome.host), **host_entry(outcome)}


def change_entry(change: Change) -> ChangeShape:
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
    return cast("ChangeShape", {key: to_json(value) for key, value in entry.items()})


def _error_entry(error: Failure | None) -> ErrorShape | None:
    if error is None:
        return None
    return {
        "kind": to_json(error.kind),
        "message": to_json(error.message),
        "hint": to_json(error.hint),
    }
