"""How the columns of a table of facts are called, and which may be cut where there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ftlab.report.layout.values import NOTHING
from ftlab.report.terminal.fact_rows import SharedRow

_TITLES = {
    ("vms", "version"): "hardware",
    ("vms", "role"): "ft role",
    ("vmx", "value"): "setting",
}
_CUT = frozenset({"", "vms", "options", "vmx", "settings"})
"""Tables of short texts, of which one may be long. Those of sentences are read to the end."""
HOST_ABOVE = frozenset({"vms"})
"""Tables with many rows of one host."""
_WHOLE = frozenset({
    "vmid", "power", "ft role", "ft_state", "type", "min", "max", "key_type", "fingerprint", "port",
    "build", "version", "hardware", "verdict", "run",
})  # fmt: skip
"""Columns that are of no use when they are cut: to be compared or copied, or short anyway."""
_LEAST = {"name": 22, "vm": 22, "path": 20, "annotation": 16, "setting": 24}
_LEAST_OF_OTHERS = 12
"""Cells that are left of a text at least."""
_SPARED = {"vms": ("annotation", "guest")}
"""Columns that a narrow terminal does without, the first of them first."""


def title_of(section: str, column: str) -> str:
    """What stands over a column; the document's key, where that says enough."""
    return _TITLES.get((section, column), column)


def may_be_cut(section: str) -> bool:
    return section in _CUT


def floor_of(column: str) -> int | None:
    """The fewest cells that a column may be cut to; ``None``: it stays whole."""
    if column in _WHOLE:
        return None
    return _LEAST.get(column, _LEAST_OF_OTHERS)


def spared(section: str, names: Sequence[str]) -> list[list[str]]:
    """The columns to do without, none to begin with, then more and more."""
    there = [name for name in _SPARED.get(section, ()) if name in names]
    return [there[:count] for count in range(len(there) + 1)]


def note_of(missing: Sequence[str]) -> str:
    """What is said about columns that are not there."""
    return f"no room for {' and '.join(missing)}: a pipe, --json or a wider terminal has it all"


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
