"""What ``esxcli`` tells, field by field, from ``data/records.toml``, and how it is printed: four
layouts for people, and formatters for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal
from xml.sax.saxutils import escape

from ftlab.sim.data import page_of, table_of
from ftlab.sim.model.host import SimHost

Moment = Mapping[str, object]
"""What a record's fields are filled with."""
KINDS = table_of("esxcli/data/records.toml")
Value = str | int | bool
Record = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Records:
    """What a command has to say. ``layout``: ``get`` one structure's fields; ``list`` records
    apart by blank lines; ``titled`` the same, each under a line made from the template ``title``;
    ``columns`` a table. ``type`` is the structure's name for the other formatters."""

    type: str
    layout: Literal["get", "list", "titled", "columns"]
    records: Sequence[Record]
    title: str = ""


def told(name: str, host: SimHost, *moments: Moment) -> Records:
    """One record for each of ``moments``, by what its fields are filled with; ``host`` is among
    that."""
    kind = KINDS[name]
    records = [_record(kind["fields"], host, {"host": host, **each}) for each in moments]
    return Records(kind["type"], kind["layout"], records, kind.get("title", ""))


def _record(fields: Mapping[str, Any], host: SimHost, moment: Moment) -> Record:
    found: Record = {}
    for name, value in fields.items():
        limits = value if isinstance(value, dict) else {"value": value}
        if _number(limits, "since", "0") <= host.release.number < _number(limits, "until", "99"):
            found[name] = _filled(limits["value"], moment)
    return found


def _number(limits: Mapping[str, str], which: str, default: str) -> tuple[int, ...]:
    return tuple(map(int, limits.get(which, default).split(".")))


def _filled(value: Any, moment: Moment) -> Any:
    if not isinstance(value, str):
        return value
    if not value.startswith("$"):
        return value.format_map(moment)
    found, _ = Formatter().get_field(value[1:], (), moment)
    return ", ".join(found) if isinstance(found, list) else found


def show(found: Records, formatter: str, *, narrow: bool = False) -> str:
    """The printed answer. ``formatter`` is ``""`` or a key of :data:`FORMATTERS`. ``narrow``: the
    line below a table's last title is as long as the title (seen on 8.0)."""
    if formatter:
        return FORMATTERS[formatter](found)
    if found.layout == "columns":
        return _columns(found, narrow)
    between = "" if found.layout == "get" else "\n"
    title = f"{found.title}\n" if found.title else ""
    return between.join(
        title.format_map(record)
        + "".join(f"   {name}: {_text(value)}\n" for name, value in record.items())
        for record in found.records
    )


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _columns(found: Records, narrow: bool) -> str:
    if not found.records:
        return ""
    names = list(found.records[0])
    rows = [[_text(record[name]) for name in names] for record in found.records]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    right = [not isinstance(value, str) for value in found.records[0].values()]
    if narrow and not right[-1]:
        widths[-1] = len(names[-1])
    lines = [[n.rjust(w) if r else n.ljust(w) for n, w, r in zip(row, widths, right, strict=True)]
             for row in [names, ["-" * width for width in widths], *rows]]  # fmt: skip
    return "".join("  ".join(line).rstrip() + "\n" for line in lines)


def _key(name: str) -> str:
    return name.replace(" ", "")


def _sorted(record: Record) -> list[tuple[str, str, str]]:
    """For programs: names without blanks in alphabetical order, with their types and texts."""
    kinds = {bool: "boolean", int: "integer"}
    told = ((_key(name), kinds.get(type(v), "string"), _text(v)) for name, v in record.items())
    return sorted(told)


def _csv(found: Records) -> str:
    """Each line has a comma at its end."""
    rows = [_sorted(record) for record in found.records]
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerows([*(name for name, _, _ in row), ""] for row in rows[:1])
    written.writerows([*(value for _, _, value in row), ""] for row in rows)
    return text.getvalue()


def _keyvalue(found: Records) -> str:
    lines = []
    for number, record in enumerate(found.records):
        head = found.type if found.layout == "get" else f"structure[{number}].{found.type}"
        lines += [f"{head}.{name}.{kind}={value}\n" for name, kind, value in _sorted(record)]
    return "".join(lines)


def _xml(found: Records) -> str:
    records, alone = map(_sorted, found.records), found.layout == "get"
    shown = {"records": records, "alone": alone, "type": found.type, "escape": escape}
    return page_of("esxcli/data/output.xml", **shown)


def _json(found: Records) -> str:
    records = [{_key(name): value for name, value in record.items()} for record in found.records]
    return json.dumps(records[0] if found.layout == "get" else records, indent=4) + "\n"


FORMATTERS = {"csv": _csv, "keyvalue": _keyvalue, "xml": _xml, "json": _json}
