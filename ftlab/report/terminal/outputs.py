"""What commands printed, folded by equal answers; with ``--diff`` the odd ones as what differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ftlab.model import Outcome
from ftlab.report.layout.cells import cell_width
from ftlab.report.layout.escape import escape
from ftlab.report.layout.values import format_value, plural
from ftlab.report.layout.view import View

Output = tuple[Any, str, str]
_PIPED_RULE = 80


def has_output(outcome: Outcome) -> bool:
    """Whether the facts are what a command printed."""
    return "stdout" in outcome.facts


def outputs(outcomes: Iterable[Outcome], view: View) -> list[str]:
    """What commands printed, equal answers once, the most common answer first. With ``--diff`` the
    others are shown as what differs from that."""
    if view.lines:
        return _line_by_line([each for each in outcomes if has_output(each)], view)
    groups: dict[Any, list[Outcome]] = {}
    for outcome in outcomes:
        if has_output(outcome):
            alone = "" if view.fold else outcome.host
            groups.setdefault((alone, outcome.status, _output(outcome)), []).append(outcome)
    ordered = list(groups.values())
    if view.fold:
        ordered.sort(key=lambda group: (group[0].status == "failed", -len(group)))
    most = ordered[0] if ordered and view.diff else None
    return [
        line
        for group in ordered
        for line in _output_block(group, view, None if group is most else most)
    ]


def _line_by_line(outcomes: Sequence[Outcome], view: View) -> list[str]:
    """``vesxi[01-11]: text``: the first line of all, then the second, equal ones once; a line for
    each host, host by host, where nothing is folded."""
    told = [(each.host, [*_printed(_output(each)), *_exit(each)]) for each in outcomes]
    if not view.fold:
        return [_line([host], line, view) for host, lines in told for line in lines]
    printed: list[str] = []
    for number in range(max((len(lines) for _, lines in told), default=0)):
        same: dict[str, list[str]] = {}
        for host, lines in told:
            if number < len(lines):
                same.setdefault(lines[number], []).append(host)
        printed += [_line(hosts, line, view) for line, hosts in same.items()]
    return [*printed, ""]


def _line(hosts: Sequence[str], line: str, view: View) -> str:
    return f"{view.paint('bold', escape(view.spell(hosts)))}: {line}"


def _exit(outcome: Outcome) -> list[str]:
    """An end that is not told by what was printed."""
    code = outcome.facts.get("exit")
    return [] if code == 0 else [f"(exit {format_value(code)})"]


def _output(outcome: Outcome) -> Output:
    facts = outcome.facts
    return facts.get("exit"), str(facts.get("stdout", "")), str(facts.get("stderr", ""))


def _output_block(
    group: Sequence[Outcome], view: View, most: Sequence[Outcome] | None
) -> list[str]:
    status, (code, stdout, stderr) = group[0].status, _output(group[0])
    names = view.spell([outcome.host for outcome in group])
    count = f"  {plural(len(group), 'host')}" if len(group) > 1 else ""
    title = f"{escape(names)}{count}  exit {format_value(code)}"
    rule = "─" * max(3, (_PIPED_RULE if view.is_piped else view.width) - cell_width(title) - 4)
    style = status if status == "failed" else "bold"
    if most is not None:
        printed = _difference(_printed(_output(most[0])), _printed(_output(group[0])), view)
    else:
        printed = [*_lines(stdout), *(view.paint("odd", f"! {line}") for line in _lines(stderr))]
    return [
        f"{view.paint('dim', '──')} {view.paint(style, title)} {view.paint('dim', rule)}",
        *(printed or [view.paint("dim", "(no output)")]),
        "",
    ]


def _lines(text: str) -> list[str]:
    if not text:
        return []
    lines = text.removesuffix("\n").split("\n")
    return [escape(line.removesuffix("\r").expandtabs()) for line in lines]


def _printed(output: Output) -> list[str]:
    _, stdout, stderr = output
    return [*_lines(stdout), *(f"! {line}" for line in _lines(stderr))]


def _difference(most: Sequence[str], here: Sequence[str], view: View) -> list[str]:
    """The lines that are there and not here with a minus, the others with a plus, each with a
    few around it."""
    from difflib import unified_diff

    told = list(unified_diff(most, here, n=2, lineterm=""))[2:]
    styles = {"-": "old", "+": "new", "@": "dim"}
    return [view.paint(styles.get(line[:1], ""), line) for line in told]
