"""Hosts by how they ended: equal ends are told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ftlab.model import Outcome, Status
from ftlab.report.layout.cells import cell_width, wrapped
from ftlab.report.layout.escape import escape
from ftlab.report.layout.indent import INDENT, indented
from ftlab.report.layout.notes import own_notes
from ftlab.report.layout.table import Cell, can_fit, table
from ftlab.report.layout.values import format_duration, plural
from ftlab.report.layout.view import View
from ftlab.report.terminal.changes import COMMAND, change_lines, same_everywhere
from ftlab.report.terminal.outputs import has_output

#: The worst comes last: it is what stands above the sum and the prompt.
_ORDER: tuple[Status, ...] = (
    "ok", "would_change", "changed", "skipped", "unreachable", "failed",
)  # fmt: skip
_MARKS: dict[Status, str] = {
    "ok": "✓", "skipped": "–", "would_change": "○",
    "changed": "●", "unreachable": "✗", "failed": "✗",
}  # fmt: skip


def host_groups(outcomes: Iterable[Outcome], view: View) -> list[str]:
    """Lines about the hosts whose end is not told by their facts alone."""
    groups: dict[Any, list[Outcome]] = {}
    for outcome in outcomes:
        if _has_a_say(outcome):
            alone = "" if view.fold else outcome.host
            groups.setdefault((alone, *_sameness(outcome)), []).append(outcome)
    ordered = list(groups.values())
    if view.fold:
        ordered.sort(key=lambda group: (_ORDER.index(group[0].status), -len(group)))
    return [line for group in ordered for line in _group(group, view)]


def _has_a_say(outcome: Outcome) -> bool:
    told = has_output(outcome)
    if own_notes(outcome) or any(each.target != COMMAND or not told for each in outcome.changes):
        return True
    if told:  # the output's own heading tells how these ended
        return outcome.status not in ("ok", "changed", "failed")
    return outcome.error is not None or not any(outcome.facts.values())


def _sameness(outcome: Outcome) -> tuple[Any, ...]:
    error = (outcome.error.kind, outcome.error.hint) if outcome.error else None
    changes = tuple(map(same_everywhere, outcome.changes))
    return outcome.status, error, changes, own_notes(outcome), _nothing(outcome)


def _nothing(outcome: Outcome) -> str:
    """``no vms`` for a host whose list of VMs is empty."""
    empty = [name for name, value in outcome.facts.items() if value in ([], (), {})]
    return ", ".join(f"no {escape(name)}" for name in empty if name != "notes")


def _group(group: Sequence[Outcome], view: View) -> list[str]:
    first = group[0]
    lines = _skipped(group, view)
    if not lines:
        lines = _title(group, view)
        lines += change_lines(first.changes, view)
        lines += _messages(group, view)
    for note in own_notes(first):
        lines += indented(escape(note), view)
    if first.error and first.error.hint:
        lines += indented(f"→ {escape(first.error.hint)}", view, "dim")
    return lines


def _skipped(group: Sequence[Outcome], view: View) -> list[str]:
    """One line for hosts that were skipped for one reason; none for other groups."""
    reasons = {escape(outcome.error.message) for outcome in group if outcome.error}
    if group[0].status != "skipped" or group[0].changes or len(reasons) != 1:
        return []
    count = f"{plural(len(group), 'host')}  " if len(group) > 1 else ""
    names = escape(view.spell([outcome.host for outcome in group]))
    text = f"{names}  {count}skipped: {reasons.pop()}{_times(group, view)}"
    first, *more = wrapped(text, max(20, view.width - INDENT))
    lines = [f"{_MARKS['skipped']} {first}", *(" " * INDENT + line for line in more)]
    return [view.paint("skipped", line) for line in lines]


def _title(group: Sequence[Outcome], view: View) -> list[str]:
    """``● vesxi[01-06]  6 hosts  changed``; names that need more room get lines of their own."""
    first, paint = group[0], view.paint
    names = wrapped(escape(view.spell([outcome.host for outcome in group])), view.width - 2)
    count = f"{plural(len(group), 'host')}  " if len(group) > 1 else ""
    state, times = _state(first), _times(group, view)
    lines = [f"  {paint('bold', line)}" for line in names]
    lines[0] = paint(first.status, _MARKS[first.status]) + lines[0][1:]
    told = count + paint(first.status, state) + paint("dim", times)
    if cell_width(f"  {names[-1]}  {count}{state}{times}") > view.width:
        return [*lines, " " * INDENT + told]
    return [*lines[:-1], f"{lines[-1]}  {told}"]


def _state(outcome: Outcome) -> str:
    words = outcome.status.replace("_", " ")
    if outcome.error and outcome.status != "skipped":
        kind = escape(outcome.error.kind)
        return kind if kind.startswith(f"{outcome.status}.") else f"{words} ({kind})"
    if outcome.status != "ok":
        return words
    return _nothing(outcome) or ("ok" if own_notes(outcome) else "ok, no change")


def _times(group: Sequence[Outcome], view: View) -> str:
    if not view.verbose:
        return ""
    seconds = [outcome.seconds for outcome in group]
    fastest, slowest = format_duration(min(seconds)), format_duration(max(seconds))
    return f"  {fastest}" if fastest == slowest else f"  {fastest} to {slowest}"


def _messages(group: Sequence[Outcome], view: View) -> list[str]:
    """The error's message once where all say the same, else each message with its hosts."""
    said: dict[str, list[str]] = {}
    for outcome in group:
        if outcome.error:
            said.setdefault(escape(outcome.error.message), []).append(outcome.host)
    if len(said) == 1:
        return indented(next(iter(said)), view)
    rows = [[Cell(escape(view.spell(hosts)), "bold"), Cell(text)] for text, hosts in said.items()]
    if can_fit(rows, ("", ""), view.width - INDENT):
        return table(rows, width=view.width, paint=view.paint, indent=INDENT)
    return [line for row in rows for cell in row for line in indented(cell.text, view, cell.style)]
