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
    return sorted(
        (_key(name), kinds.get(type(v), "string"), _text(v)) for name, v in record.items()
    )


def _csv(found: Records) -> str:
    """Each line has a comma at its end."""
    rows = [_sorted(record) for record in found.records]
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerows([*(name for name, _, _ in row), ""] for row in rows[:1])
    written.writerows([*(value for _, _, value in row), ""] for row in rows)
    return text.getvalue()


def _keyvalue(found: Records) -> str:
    heads = (
        found.type if found.layout == "get" else f"structure[{number}].{found.type}"
        for number in range(len(found.records))
    )
    return "".join(
        f"{head}.{name}.{kind}={value}\n"
        for head, record in zip(heads, found.records, strict=True)
        for name, kind, value in _sorted(record)
    )


def _xml(found: Records) -> str:
    alone = found.layout == "get"
    pad = "   " if alone else "      "
    body = "".join(_xml_record(found.type, record, pad) for record in found.records)
    if not alone:
        body = f'   <list type="structure">\n{body}   </list>\n'
    return ('<?xml version="1.0" encoding="utf-8"?>\n'
            '<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">\n'
            f"<root>\n{body}</root>\n</output>\n")  # fmt: skip


def _xml_record(type: str, record: Record, pad: str) -> str:
    fields = "".join(
        f'{pad}   <field name="{name}">\n'
        f"{pad}      <{kind}>{escape(value)}</{kind}>\n"
        f"{pad}   </field>\n"
        for name, kind, value in _sorted(record)
    )
    return f'{pad}<structure typeName="{type}">\n{fields}{pad}</structure>\n'


def _json(found: Records) -> str:
    records = [{_key(name): value for name, value in record.items()} for record in found.records]
    return json.dumps(records[0] if found.layout == "get" else records, indent=4) + "\n"


FORMATTERS = {"csv": _csv, "keyvalue": _keyvalue, "xml": _xml, "json": _json}
