"""A run as lines for a log: one for the run, one for each host that something can be said of.

``2026-01-02T03:04:05Z ftlab task=lab.apply run=… exit=0 hosts=12 ok=9 changed=3 … seconds=4.2``
``2026-01-02T03:04:05Z ftlab task=lab.apply run=… host=vesxi03 status=failed kind=lost message="…"``

``2026-01-02T03:04:06Z ftlab task=lab.apply run=… host=vesxi03 command="vim-cmd …" exit=0 …``

The last is there with ``-v``: one for each remote command, once it was answered.

Words without blanks or quotes stand as they are; others are JSON strings, so that a line is
always one line and ``grep ' host=vesxi03 '`` finds what it should.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from ftlab.engine.report import Report, exit_code, summary
from ftlab.engine.wrappers.trace import Traced
from ftlab.model import Outcome
from ftlab.regex import regex
from ftlab.report.layout.escape import escape
from ftlab.report.terminal.trace import cut

_PLAIN = regex(r"[A-Za-z0-9_.:/@%+-]+")
_UNEVENTFUL = frozenset({"ok", "skipped"})


def log_lines(report: Report) -> list[str]:
    """The lines, without line ends, the run's own first. Times are when the run began."""
    hosts = [_of_host(each) for each in report.outcomes if each.status not in _UNEVENTFUL]
    return [_line(report, fields) for fields in (_of_run(report), *hosts)]


def command_line(task: str, run: str, traced: Traced, at: datetime) -> str:
    """The line for one remote command, ``at`` its end in UTC, with the outputs that it has."""
    fields: dict[str, object] = {"host": traced.host, "command": traced.command}
    if traced.stdin:
        fields["stdin"] = traced.stdin
    fields |= {"exit": "none" if traced.exit is None else traced.exit}
    fields |= {"part": traced.place.replace(" of ", "/")} if traced.place else {}
    fields["seconds"] = round(traced.seconds, 3)
    for name in ("stdout", "stderr"):
        if text := "\n".join(cut(getattr(traced, name))):
            fields[name] = text
    if traced.error:
        fields["error"] = traced.error
    return _words(f"{at:%Y-%m-%dT%H:%M:%SZ}", task, run, fields)


def _of_run(report: Report) -> dict[str, object]:
    fields: dict[str, object] = {"exit": exit_code(report)}
    if report.check:
        fields["check"] = "yes"
    if report.stopped:
        fields["stopped"] = report.stopped
    fields["hosts"] = len(report.outcomes)
    for status, count in summary(report).items():
        fields[status] = count
    return fields | {"seconds": round(report.seconds, 1)}


def _of_host(outcome: Outcome) -> dict[str, object]:
    fields: dict[str, object] = {"host": outcome.host, "status": outcome.status}
    if outcome.changes:
        fields["changes"] = len(outcome.changes)
    if outcome.error is not None:
        fields |= {"kind": outcome.error.kind, "message": outcome.error.message}
    return fields


def _line(report: Report, fields: Mapping[str, object]) -> str:
    return _words(report.started, report.task, report.run, fields)


def _words(at: str, task: str, run: str, fields: Mapping[str, object]) -> str:
    everything = {"task": task, "run": run, **fields}
    words = " ".join(f"{name}={_word(str(value))}" for name, value in everything.items())
    return f"{at} ftlab {words}"


def _word(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(escape(value), ensure_ascii=False)
