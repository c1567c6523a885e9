"""How ``esxcli`` prints records: four layouts for people, and its formatters for programs."""

from __future__ import annotations

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
    return _columns(found, narrow) if found.layout == "columns" else _LAYOUTS[found.layout](found)


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fields(record: Record) -> str:
    return "".join(f"   {name}: {_text(value)}\n" for name, value in record.items())


def _get(found: Records) -> str:
    return "".join(_fields(record) for record in found.records)


def _list(found: Records) -> str:
    return "\n".join(_fields(record) for record in found.records)


def _titled(found: Records) -> str:
    return "\n".join(
        f"{found.title.format_map(record)}\n{_fields(record)}" for record in found.records
    )


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


_LAYOUTS = {"get": _get, "list": _list, "titled": _titled}


def _key(name: str) -> str:
    return name.replace(" ", "")


def _kind(value: Value) -> str:
    return {bool: "boolean", int: "integer"}.get(type(value), "string")


def _csv(found: Records) -> str:
    """Columns in alphabetical order, each line with a comma at its end."""
    if not found.records:
        return ""
    names = sorted(found.records[0], key=_key)
    rows = [[_key(name) for name in names]]
    rows += [[_quoted(_text(record[name])) for name in names] for record in found.records]
    return "".join("".join(f"{cell}," for cell in row) + "\n" for row in rows)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n') else cell


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
