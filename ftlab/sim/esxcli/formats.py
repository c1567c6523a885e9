"""How ``esxcli`` prints records: four layouts for people, and its formatters for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

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


def show(found: Records, formatter: str, *, narrow: bool = False) -> str:
    """The printed answer. ``formatter`` is ``""`` or a key of :data:`FORMATTERS`. ``narrow``: the
    line below a table's last title is as long as the title (seen on 8.0)."""
    if formatter:
        return FORMATTERS[formatter](found)
    if found.layout == "columns":
        return _columns(found, narrow)
    between, title = (
        "" if found.layout == "get" else "\n",
        f"{found.title}\n" if found.title else "",
    )
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


def _kind(value: Value) -> str:
    return {bool: "boolean", int: "integer"}.get(type(value), "string")


def _csv(found: Records) -> str:
    """Columns in alphabetical order, each line with a comma at its end."""
    names = sorted(found.records[0], key=_key) if found.records else []
    rows = [[_text(record[name]) for name in names] for record in found.records]
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerows([*row, ""] for row in [[*map(_key, names)], *rows] if names)
    return text.getvalue()


def _keyvalue(found: Records) -> str:
    lines = []
    for number, record in enumerate(found.records):
        head = found.type if found.layout == "get" else f"structure[{number}].{found.type}"
        for name in sorted(record, key=_key):
            value = record[name]
            lines.append(f"{head}.{_key(name)}.{_kind(value)}={_text(value)}\n")
    return "".join(lines)


def _xml(found: Records) -> str:
    alone = found.layout == "get"
    deep = "   " if alone else "      "
    body = "".join(_xml_record(found.type, record, deep) for record in found.records)
    if not alone:
        body = f'   <list type="structure">\n{body}   </list>\n'
    return ('<?xml version="1.0" encoding="utf-8"?>\n'
            '<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">\n'
            f"<root>\n{body}</root>\n</output>\n")  # fmt: skip


def _xml_record(type: str, record: Record, pad: str) -> str:
    lines = [f'{pad}<structure typeName="{type}">']
    for name in sorted(record, key=_key):
        value = record[name]
        lines.append(f'{pad}   <field name="{_key(name)}">')
        lines.append(f"{pad}      <{_kind(value)}>{escape(_text(value))}</{_kind(value)}>")
        lines.append(f"{pad}   </field>")
    return "".join(f"{line}\n" for line in [*lines, f"{pad}</structure>"])


def _json(found: Records) -> str:
    records = [{_key(name): value for name, value in record.items()} for record in found.records]
    return json.dumps(records[0] if found.layout == "get" else records, indent=4) + "\n"


FORMATTERS = {"csv": _csv, "keyvalue": _keyvalue, "xml": _xml, "json": _json}
