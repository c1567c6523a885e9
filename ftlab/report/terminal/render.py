"""A run as a person reads it: what most hosts say once, then what differs, then the sum."""

from __future__ import annotations

from ftlab.engine.report import Report, summary
from ftlab.model import STATUSES
from ftlab.report.layout.values import format_duration, format_value, plural
from ftlab.report.layout.view import View
from ftlab.report.terminal.changes import HOST_KEY
from ftlab.report.terminal.fact_tables import fact_tables
from ftlab.report.terminal.host_groups import host_groups
from ftlab.report.terminal.next_steps import next_steps
from ftlab.report.terminal.outputs import has_output, outputs

_PLAIN = View()
_QUIET_ABOUT = frozenset({"ok", "skipped"})
STOPPED = {
    "max_fail": "stopped: too many hosts failed (--max-fail)",
    "deadline": "stopped: the deadline passed (--deadline)",
    "interrupted": "stopped: interrupted",
}


def render(report: Report, view: View = _PLAIN) -> str:
    """The whole report as text that ends with a newline; "" where quiet has nothing to say."""
    lines = _quiet(report, view) if view.quiet else _full(report, view)
    return "".join(f"{line}\n" for line in lines)


def _full(report: Report, view: View) -> list[str]:
    printed = outputs(report.outcomes, view)
    tables = fact_tables(report.outcomes, view)
    groups = host_groups(report.outcomes, view)
    return [*printed, *tables, *groups, *([""] if groups else []), *_sum(report, view)]


def _quiet(report: Report, view: View) -> list[str]:
    if report.stopped is None and all(o.status in _QUIET_ABOUT for o in report.outcomes):
        return []
    wrong = [o for o in report.outcomes if o.status in ("failed", "unreachable")]
    printed = outputs((o for o in wrong if has_output(o)), view)
    return [*printed, *host_groups(wrong, view), _counts(report, view)]


def _sum(report: Report, view: View) -> list[str]:
    lines = [_counts(report, view)]
    if report.stopped:
        lines.append(view.paint("failed", STOPPED.get(report.stopped, report.stopped)))
    counts = summary(report)
    if report.check and counts["would_change"]:
        lines.append(view.paint("dim", "a check only: nothing was changed"))
    lines += [view.paint("dim", f"recorded in {format_value(file)}") for file in _key_files(report)]
    return [*lines, *(view.paint("dim", line) for line in next_steps(report, view))]


def _key_files(report: Report) -> list[str]:
    """Where host keys were recorded."""
    changes = (c for o in report.outcomes if o.status == "changed" for c in o.changes)
    return list(dict.fromkeys(c.path for c in changes if c.target == HOST_KEY and c.path))


def _counts(report: Report, view: View) -> str:
    counts = summary(report)
    parts = [
        view.paint(status, f"{counts[status]} {status.replace('_', ' ')}")
        for status in STATUSES
        if counts[status]
    ]
    total = view.paint("bold", plural(len(report.outcomes), "host"))
    told = f"{total}: {', '.join(parts)}" if parts else ""
    return f"{told}  {format_duration(report.seconds)}"
