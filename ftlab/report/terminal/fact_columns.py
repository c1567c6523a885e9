"""How the columns of a table of facts are called, and what gives way where there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ftlab.report.layout.across import Layout, Rules
from ftlab.report.layout.values import NOTHING
from ftlab.report.terminal.fact_rows import SharedRow

_TITLES = {
    ("vms", "version"): "hardware",
    ("vms", "role"): "ft role",
    ("vmx", "value"): "setting",
}
_CUT = frozenset({"", "vms", "options", "vmx", "settings"})
"""Tables of short texts, of which one may be long. Those of sentences are read to the end."""
_WAYS = {
    "vms": (Layout(), Layout(above=1, cut=True), Layout(cut=True)),  # many rows of one host
    "vmx": (Layout(), Layout(cut=True), Layout(above=1, cut=True), Layout(above=2, cut=True)),
    "checks": (Layout(), Layout(above=1), Layout(above=2)),
    "attempts": (Layout(), Layout(above=1), Layout(above=2)),
    "findings": (Layout(), Layout(above=1), Layout(above=2)),
    "pairs": (Layout(), Layout(above=1), Layout(above=1, cut=True)),
}
_USUAL = (Layout(), Layout(cut=True), Layout(above=1, cut=True))
_SENTENCES = (Layout(), Layout(above=1))
_WHOLE = frozenset({
    "vmid", "power", "ft role", "ft_state", "type", "min", "max", "key_type", "fingerprint", "port",
    "build", "version", "hardware", "verdict", "run",
})  # fmt: skip
"""Columns that are of no use when they are cut: to be compared or copied, or short anyway."""
_LEAST = {"name": 22, "vm": 22, "path": 20, "annotation": 16, "setting": 24}
_LEAST_OF_OTHERS = 12
"""Cells that are left of a text at least."""
_FLOORS = {"pairs": {"primary": 8, "secondary": 8}}
"""Of tables of which only these may be cut."""
_SPARED = {
    "": ("groups", "product", "clock_skew", "identity"),
    "vms": ("annotation", "guest", "hardware", "path", "ft role", "power", "vmid"),
    "options": ("type", "min", "max"),
}
"""Columns that a narrow terminal does without, the first of them first."""
NO_HOSTS = frozenset({"pairs"})
"""Tables that name the hosts in columns of their own."""


def title_of(section: str, column: str) -> str:
    """What stands over a column; the document's key, where that says enough."""
    return _TITLES.get((section, column), column)


def rules_of(section: str, titles: Sequence[str]) -> Rules:
    """How a table of facts with these titles gives way."""
    if section not in _CUT:
        ways = _WAYS.get(section, _SENTENCES)
        return Rules(ways, _SPARED.get(section, ()), _FLOORS.get(section, {}))
    ways = _WAYS.get(section, _USUAL)
    floors = {
        title: _LEAST.get(title, _LEAST_OF_OTHERS) for title in titles[1:] if title not in _WHOLE
    }
    return Rules(ways, _SPARED.get(section, ()), floors)


def note_of(missing: Sequence[str]) -> str:
    """What is said about columns that are not there."""
    names = [name.replace("_", " ") for name in missing]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"no room for {listed}: a pipe, --json or a wider terminal has it all"


def as_shown(
    section: str, rows: list[SharedRow], names: list[str]
) -> tuple[list[SharedRow], list[str]]:
    """Rows and columns as they are to be read: the keys of a VMX as its file has them."""
    if section != "vmx":
        return rows, names
    return [_as_in_the_file(row) for row in rows], ["vm", "value"]


def _as_in_the_file(row: SharedRow) -> SharedRow:
    key, value = row.texts.get("key", ""), row.texts.get("value", NOTHING)
    value = "" if value == '""' else value
    line = f"{key} (absent)" if value == NOTHING else f'{key} = "{_escaped(value)}"'
    return replace(row, texts={**row.texts, "value": line})


def _escaped(value: str) -> str:
    """As VMware writes these two within quotes."""
    return value.replace("|", "|7C").replace('"', "|22")
