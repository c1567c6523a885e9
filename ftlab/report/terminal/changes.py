"""Changes as ``before → after``, or as the lines of a diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ftlab.model import Change
from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.escape import escape
from ftlab.report.layout.indent import INDENT, indented
from ftlab.report.layout.table import Cell, natural_width, table
from ftlab.report.layout.values import format_value, option, setting
from ftlab.report.layout.view import View

#: Targets whose values are settings; those of others (``power``, ``reload``) are plain words.
_SETTINGS = ("advopt", "vmx", "setting")
HOST_KEY = "hostkey"
COMMAND = "command"
FILE = "file"
_DIGITS = 12
_NARROW = 60
"""Columns of a terminal on which a change that has no room on one line takes two: its name, and
below it what became of it."""


def same_everywhere(change: Change) -> tuple[str, ...]:
    """What two hosts' changes must share to be shown as one: everything but the VM's number."""
    settings = (setting(change.before), setting(change.after))
    where = (change.target, change.vm, change.path, change.key)
    return (*map(str, where), *settings, str(change.verified), str(change.possible))


def change_lines(changes: Iterable[Change], view: View) -> list[str]:
    """The lines for one host's changes, those of one VMX together under its path."""
    lines: list[str] = []
    for heading, together in groupby(changes, key=_heading):
        group, indent = list(together), INDENT
        if heading:
            lines += indented(heading, view, "dim")
            indent += 2
        lines += _diff(group, indent, view) if view.diff else _arrows(group, indent, view)
        lines += [
            " " * (indent + 2) + view.paint("dim", escape(line))
            for change in group
            for line in (change.output or "").splitlines()
        ]
    return lines


def _heading(change: Change) -> str:
    """Only the keys of a VMX need one; the others name themselves."""
    if change.key is None or change.target == HOST_KEY:
        return ""
    return "  ".join(escape(part) for part in (change.vm, change.path) if part)


def label(change: Change) -> str:
    """What a change is about, in a word or two."""
    if change.key is not None:
        return escape(change.key)
    if change.vm is not None:
        return f"{escape(change.target)} of {escape(change.vm)}"
    return escape(change.path or change.target)


def _arrows(changes: Iterable[Change], indent: int, view: View) -> list[str]:
    rows = [
        [
            Cell(label(change)),
            Cell(_before_and_after(change), "new"),
            _proof(change),
        ]
        for change in changes
    ]
    if natural_width(rows) <= view.width - indent or view.width >= _NARROW:
        return table(rows, width=view.width, paint=view.paint, indent=indent)
    lines: list[str] = []
    for name, *told in rows:
        lines += [" " * indent + line for line in wrapped(name.text, view.width - indent)]
        lines += table([told], width=view.width, paint=view.paint, indent=indent + 2)
    return lines


def _proof(change: Change) -> Cell:
    if change.target == HOST_KEY and change.verified is not False:
        said = "new" if change.before is None else "removed" if change.after is None else "replaced"
        return Cell(said, "dim")
    if change.verified is None:
        return Cell("possible" if change.possible else "", "dim")
    return Cell("verified", "dim") if change.verified else Cell("not verified", "failed")


def _diff(changes: Sequence[Change], indent: int, view: View) -> list[str]:
    return [" " * indent + line for change in changes for line in _diff_pair(change, view)]


def _diff_pair(change: Change, view: View) -> Iterator[str]:
    for sign, style, value in (("-", "old", change.before), ("+", "new", change.after)):
        if value is not None:
            possibly = "  (possible)" if change.possible else ""
            yield view.paint(style, f"{sign} {label(change)} = {value_in(change, value)}{possibly}")


def _before_and_after(change: Change) -> str:
    after = value_in(change, change.after)
    return f"{value_in(change, change.before)} → {after}" if replaces(change) else after


def replaces(change: Change) -> bool:
    """Whether there was something before it: not for an act, such as a reload."""
    return change.before is not None or change.target in (*_SETTINGS, FILE)


def value_in(change: Change, value: object) -> str:
    """A value of a change as a person reads it."""
    if change.target == FILE:
        return "no file" if value is None else f"sha256 {str(value)[:_DIGITS]}…"
    if change.target == "advopt":
        return option(value)
    return setting(value) if change.target in _SETTINGS else format_value(value)
