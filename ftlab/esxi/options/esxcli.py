"""``esxcli system settings advanced``: advanced options from ESXi 5.0 on.

Nobody has published what a host prints for an option or a namespace it does not know, so no
text is matched: :func:`interpret_list` finds the option in the answer, or does not. If it does
not, the host's version says whether the namespace exists at all (ESX(i) 4.x lacks it), and the
has-option probe of ``esxcfg-advcfg``, or else the whole list, whether the build has the option.
"""

from __future__ import annotations

import re

from ftlab.errors import ParseError
from ftlab.esxi.options.option import AdvancedOption, check_path, same_path
from ftlab.esxi.text import lines, unreadable
from ftlab.model import Command, Completed
from ftlab.regex import regex

_ADVANCED = ("esxcli", "system", "settings", "advanced")
_FIELD = regex(r"(\s*)([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*){0,4}):(?: (.*)|)")
_STRINGS = ("String Value", "Default String Value")  # a banner has several lines, blank ones too
_AFTER_STRINGS = ("Default String Value", "Valid Characters", "Description")
_INT_FIELDS = ("Int Value", "Default Int Value", "Min Value", "Max Value")
_INTEGER = regex(r"-?[0-9]{1,30}")

Record = dict[str, str]


def build_list(path: str) -> Command:
    """One option with its type, value, default and limits. Changes nothing."""
    return Command((*_ADVANCED, "list", "-o", check_path(path)), repeatable=True)


def build_list_all() -> Command:
    """Every option. Changes nothing."""
    return Command((*_ADVANCED, "list"), repeatable=True)


def build_delta() -> Command:
    """Only the options whose value differs from their default. Changes nothing."""
    return Command((*_ADVANCED, "list", "-d"), repeatable=True)


def build_set(option: AdvancedOption, value: int | str) -> Command:
    """Set one option; a host that obeys prints nothing. Safe to repeat: it sets, never adds.

    ``value`` must have been through :func:`ftlab.esxi.options.option.coerce`.
    """
    flag = "-i" if option.type == "integer" else "-s"
    argv = (*_ADVANCED, "set", "-o", check_path(option.path), flag, str(value))
    return Command(argv, repeatable=True)


def parse_options(text: str) -> list[AdvancedOption]:
    """Every option in an answer of ``list``; none gives an empty list.

    Lines before the first ``Path:`` are skipped. Fields that are not known, and more lines of a
    description, are accepted. Raises ``ParseError`` for a record that lacks its type or value,
    or whose numbers are none.
    """
    return [_option(record, text, line) for line, record in _records(text)]


def interpret_list(completed: Completed, path: str) -> AdvancedOption | None:
    """The option out of an answer of ``list``, or None where the answer does not have it."""
    try:
        options = parse_options(completed.out)
    except ParseError:
        if completed.ok:
            raise
        return None
    return next((option for option in options if same_path(option.path, path)), None)


def _records(text: str) -> list[tuple[int, Record]]:
    """Each record with the line where it starts."""
    records: list[tuple[int, Record]] = []
    indent = ""
    answer = lines(text)
    for number, line in enumerate(answer, 1):
        field = _FIELD.fullmatch(line)
        record = records[-1][1] if records else {}
        last = next(reversed(record), "")
        name, following = field[2] if field else "", answer[number : number + 1]
        if last in _STRINGS and not _is_field(field, indent, following, name in _AFTER_STRINGS):
            record[last] += "\n" + line
            continue
        # Behind a description come fields that only later builds know, each of them once.
        if "Description" in record and not _is_field(field, indent, following, name not in record):
            field = None
        if field and field[2] == "Path":
            records.append((number, {}))
        indent = field[1] if field else indent  # the first line of all may have lost its own
        if records and line.strip() and not _added(records[-1][1], field, line):
            raise unreadable("not a line of an advanced option", text, number)
    return records


def _is_field(
    field: re.Match[str] | None, indent: str, following: list[str], may_come: bool
) -> bool:
    """Whether a line is a field, and no part of a text before it, such as a banner, which may well
    have lines like ``WARNING: …`` or ``Path: …``: it stands where the record does, one of its name
    ``may_come`` there, and a path has its type in the line below."""
    if field is None or field[1] != indent:
        return False
    if field[2] != "Path":
        return may_come
    below = _FIELD.fullmatch(following[0]) if following else None
    return below is not None and (below[1], below[2]) == (indent, "Type")


def _added(record: Record, field: re.Match[str] | None, line: str) -> bool:
    """Take one more line into a record. One that is no field goes on with the description, or with
    the field that came after it."""
    if field:
        record[field[2]] = (field[3] or "").strip()
        return True
    if "Description" not in record:
        return False
    record[next(reversed(record))] += "\n" + line.strip()
    return True


def _option(record: Record, text: str, line: int) -> AdvancedOption:
    path, kind, description = record["Path"], record.get("Type"), record.get("Description")
    if kind == "integer":
        value, default, low, high = (_integer(record, name, text, line) for name in _INT_FIELDS)
        return AdvancedOption(path, "integer", value, default, low, high, description)
    if kind == "string" and "String Value" in record:
        string, usual = record["String Value"], record.get("Default String Value")
        return AdvancedOption(path, "string", string, usual, description=description)
    raise unreadable(f"option {path} has no readable type and value", text, line)


def _integer(record: Record, name: str, text: str, line: int) -> int:
    value = record.get(name, "")
    if not _INTEGER.fullmatch(value):
        raise unreadable(f"option {record['Path']}: {name} is not a number", text, line)
    return int(value)
