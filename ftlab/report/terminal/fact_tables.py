"""What hosts answered, as tables of facts, folded by equal answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ftlab.model import Outcome
from ftlab.report.layout.across import across
from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.escape import escape
from ftlab.report.layout.indent import indented
from ftlab.report.layout.table import Cell, records
from ftlab.report.layout.values import NOTHING
from ftlab.report.layout.view import View
from ftlab.report.terminal.fact_columns import NO_HOSTS, as_shown, note_of, rules_of, title_of
from ftlab.report.terminal.fact_rows import (
    SharedRow,
    by_urgency,
    columns,
    odd_cells,
    sections,
    shared,
)
from ftlab.report.terminal.visible_facts import left_out, visible_facts

#: Columns of sentences, by section: each stands under its row, after these words.
_UNDER = {
    "pairs": {"meaning": "", "need_secondary_reason": "reason: "},
    "checks": {"found": "", "wanted": "wanted: ", "source": "source: "},
    "findings": {"meaning": "", "advice": "→ ", "line": "", "log": "in ", "source": "source: "},
}
#: The same, where they have no room beside the others.
_UNDER_IF_NARROW = {"attempts": {"cause": "cause: ", "remedy": "remedy: "}}


def fact_tables(outcomes: Sequence[Outcome], view: View) -> list[str]:
    """One table for each kind of fact, with a title if there are several kinds."""
    found = sections(visible_facts(outcomes, view))
    blocks = [_section(title, rows, view, alone=len(found) == 1) for title, rows in found.items()]
    rest = [view.paint("dim", line) for line in left_out(outcomes, view)]
    return [line for block in (*blocks, rest) if block for line in (*block, "")]


def _section(title: str, rows: list[SharedRow], view: View, *, alone: bool) -> list[str]:
    rows = by_urgency(shared(rows) if view.fold else rows)
    rows, names = as_shown(title, rows, columns(rows))
    heading = [view.paint("bold", title)] if title and not alone else []
    under: dict[str, str] = {}
    for more in (_UNDER, _UNDER_IF_NARROW):
        under |= more.get(title, {})
        if lines := _table(title, rows, [name for name in names if name not in under], under, view):
            return heading + lines
    cells, titles = _cells(title, rows, names, view), _titles(title, names, view)
    return heading + records(cells, titles, width=view.width, paint=view.paint)


def _table(
    title: str,
    rows: Sequence[SharedRow],
    names: Sequence[str],
    under: Mapping[str, str],
    view: View,
) -> list[str]:
    """The columns of these ``names``, and the sentences ``under`` their rows; nothing where no
    table fits."""
    cells, titles = _cells(title, rows, names, view), _titles(title, names, view)
    repeat = view.is_piped or _names_hosts(title, view)
    found = across(cells, titles, rules_of(title, titles), view, repeat=repeat)
    if not found.blocks:
        return []
    note = [view.paint("dim", line) for line in _note(found.missing, view)]
    return [*_with_sentences(found.blocks, rows, under, view), *note]


def _names_hosts(section: str, view: View) -> bool:
    """Whether the rows say by themselves which hosts they are about."""
    return view.fold and section in NO_HOSTS


def _note(missing: Sequence[str], view: View) -> list[str]:
    return wrapped(note_of(missing), view.width) if missing else []


def _titles(section: str, names: Sequence[str], view: View) -> list[str]:
    hosts = [] if _names_hosts(section, view) else ["hosts" if view.fold else "host"]
    return [*hosts, *(title_of(section, name) for name in names)]


def _with_sentences(
    blocks: Sequence[Sequence[str]], rows: Sequence[SharedRow], under: Mapping[str, str], view: View
) -> list[str]:
    head, *others = blocks
    lines = (
        line
        for block, row in zip(others, rows, strict=True)
        for line in (*block, *_sentences(row, under, view))
    )
    return [*head, *lines]


def _cells(
    section: str, rows: Sequence[SharedRow], names: Sequence[str], view: View
) -> list[list[Cell]]:
    return [
        [
            *([] if _names_hosts(section, view) else [Cell(escape(view.spell(row.hosts)), "bold")]),
            *(Cell(row.texts.get(name, ""), "odd" if name in odd else "") for name in names),
        ]
        for row, odd in zip(rows, odd_cells(rows), strict=True)
    ]


def _sentences(row: SharedRow, under: Mapping[str, str], view: View) -> Iterator[str]:
    """What stands under a row, in the order of ``under``."""
    for name, lead in under.items():
        text = row.texts.get(name, NOTHING)
        if text not in ("", NOTHING):
            yield from indented(lead + text, view)
