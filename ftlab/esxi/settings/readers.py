"""Where a setting's value stands in what a command prints: named, pure readers.

Each is given the answer and ``where`` (what to look for), and returns what stands there, or
``None`` where there is no such thing. ``WHERE`` says what ``where`` means to each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ftlab.errors import ParseError
from ftlab.esxi.dumps.reader import Dump, parse_dump
from ftlab.esxi.dumps.values import Value
from ftlab.esxi.getallvms.listing import parse_list
from ftlab.esxi.host.tables import parse_columns
from ftlab.esxi.settings.values import SettingKind, SettingValue, normal
from ftlab.esxi.text import lines, unreadable
from ftlab.esxi.vm.snapshots import parse_snapshots
from ftlab.regex import regex

Raw = SettingValue | None
SettingReader = Callable[[str, str], Raw]

_FIELD = regex(r"\s*([^:\n]+?): ?(.*?)\s*")
_OVERRIDE = "Override Vswitch "
_FLAGS = {
    "Allow Promiscuous": "allow-promiscuous",
    "Allow MAC Address Change": "allow-mac-change",
    "Allow Forged Transmits": "allow-forged-transmits",
}
_NOTHING = frozenset({"<none>", "<unset>", "<not configured>"})
_TRUE = frozenset({"true", "enabled", "yes", "on", "1"})
_FALSE = frozenset({"false", "disabled", "no", "off", "0"})


def read_text(text: str, _where: str) -> Raw:
    return text.removesuffix("\n")


def read_field(text: str, where: str) -> Raw:
    for line in lines(text):
        found = _FIELD.fullmatch(line)
        if found and found[1].casefold() == where.casefold():
            return "" if found[2] in _NOTHING else found[2]
    return None


def read_column(text: str, where: str) -> Raw:
    """``Configured of Name=vga``; without ``of`` the first row, every row for a list."""
    column, _, row = where.partition(" of ")
    name, _, value = row.partition("=")
    rows = [r for r in parse_columns(text) if not name or _is_row(r, name, value)]
    if rows and column not in rows[0]:
        raise unreadable(f"the table has no column {column}", text)
    return tuple(row[column] for row in rows) if rows else None


def _is_row(row: Mapping[str, str], name: str, value: str) -> bool:
    return row.get(name, "").casefold() == value.casefold()


def read_match(text: str, where: str) -> Raw:
    """What the group of a regular expression has; every match for a list."""
    found = [match[1] for match in re.finditer(where, text, re.MULTILINE)]
    return tuple(found)


def read_member(text: str, where: str) -> Raw:
    """``Tags=VMotion``: whether a field that is a list has a member."""
    field, _, member = where.partition("=")
    found = read_field(text, field)
    return None if found is None else member.casefold() in map(str.casefold, _split(str(found)))


def read_contains(text: str, where: str) -> Raw:
    return where.casefold() in text.casefold()


def read_snapshots(text: str, where: str) -> Raw:
    return any(snapshot.name == where for snapshot in parse_snapshots(text))


def read_vms(text: str, where: str) -> Raw:
    return any(vm.path == where for vm in parse_list(text).vms)


def read_overrides(text: str, _where: str) -> Raw:
    """The security policies in which a port group differs from its vSwitch, as flags."""
    found = {field[1]: field[2] for each in lines(text) if (field := _FIELD.fullmatch(each))}
    if not any(name.startswith(_OVERRIDE) for name in found):
        return None
    own = {name: flag for name, flag in _FLAGS.items() if found.get(f"{_OVERRIDE}{name}") == "true"}
    return tuple(f"{flag}={found.get(name, '')}" for name, flag in own.items())


def read_changed(text: str, _where: str) -> Raw:
    """The kernel's settings that are not at their default. Hosts write what was set as it was
    typed (``false``), and the default in capitals (``FALSE``)."""
    rows = parse_columns(text)
    if any(not {"Name", "Configured", "Default"} <= row.keys() for row in rows):
        raise unreadable("the table has no name, configured value and default", text)
    return tuple(
        row["Name"] for row in rows if row["Configured"].casefold() != row["Default"].casefold()
    )


def read_object(text: str, where: str) -> Raw:
    """``running of key=TSM-SSH``: a field of the innermost object in which another has a value."""
    name, _, row = where.partition(" of ")
    key, _, value = row.partition("=")
    dumped = parse_dump(text)
    for found in _objects(dumped):
        if name in found and (not key or found.get(key) == value):
            return _plain(found.get(name))
    return None


def _objects(value: Value) -> list[Dump]:
    """All objects within, the outer ones first."""
    if isinstance(value, list):
        return [found for one in value for found in _objects(one)]
    if not isinstance(value, Dump):
        return []
    return [value, *(found for one in value.fields.values() for found in _objects(one))]


def _plain(value: Value) -> Raw:
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return value if isinstance(value, str | int) else None


READERS: Mapping[str, SettingReader] = {
    "text": read_text,
    "field": read_field,
    "column": read_column,
    "match": read_match,
    "contains": read_contains,
    "member": read_member,
    "object": read_object,
    "overrides": read_overrides,
    "changed": read_changed,
    "vms": read_vms,
    "snapshots": read_snapshots,
}


def value_in(name: str, kind: SettingKind, text: str, reader: str, where: str) -> SettingValue:
    """The setting's value in a command's answer.

    Raises ``ParseError`` where it is not there, or is not of the kind.
    """
    try:
        found = _typed(kind, READERS[reader](text, where))
    except ParseError as error:
        raise error.with_message(f"{name}: {error.message}") from error
    if found is None:
        raise unreadable(f"{name}: {where or 'its value'} is not in the answer", text)
    return normal(name, kind, found)


def _split(text: str) -> tuple[str, ...]:
    return tuple(member for each in text.split(",") if (member := each.strip()))


def _typed(kind: SettingKind, raw: Raw) -> Raw:
    """What stands there, as the kind has it; ``None`` where it cannot be."""
    if kind in {"list", "set"}:
        return _split(raw) if isinstance(raw, str) else raw
    if isinstance(raw, tuple):
        raw = raw[0] if raw else None
    if not isinstance(raw, str):
        return raw
    word = raw.strip()
    if kind == "boolean":
        return True if word.lower() in _TRUE else False if word.lower() in _FALSE else None
    if kind == "integer":
        return int(word) if re.fullmatch(r"[+-]?[0-9]{1,30}", word) else None
    return raw
