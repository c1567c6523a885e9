"""A setting of a user's own, from a table of TOML: the same words as those that come with ftlab."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from ftlab.errors import UsageError
from ftlab.esxi.settings.command_line import CommandLine
from ftlab.esxi.settings.readers import READERS
from ftlab.esxi.settings.setting import HostSetting, SettingWay, Steps
from ftlab.esxi.settings.values import KINDS
from ftlab.regex import regex

_KEYS = (
    "name", "what", "type", "read", "value", "where", "set", "values", "add", "remove", "after",
    "file", "edit", "since", "gone", "takes", "needs", "source",
)  # fmt: skip
_VERSION = regex(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}")


def read_own(table: Mapping[str, Any]) -> HostSetting:
    """One table. Raises ``UsageError`` for a key or value that is wrong, and for a setting that
    cannot be read back, or not set."""
    for key in table:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(_KEYS)}"
            raise _wrong(f"unknown key {key!r}", hint)
    name, kind = _text(table, "name"), _text(table, "type", "text")
    if not name or kind not in KINDS:
        raise _wrong(*(("it needs a name", "") if not name else (f"type is {kind!r}", _of(KINDS))))
    setting = HostSetting(
        name,
        kind,  # type: ignore[arg-type]
        _text(table, "what"),
        _text(table, "source", "a setting of your own"),
        (_way(name, table),),
        takes=tuple(_list(table, "takes")),
        needs=_text(table, "needs"),
    )
    return checked(setting)


def checked(setting: HostSetting) -> HostSetting:
    """The setting itself. Raises ``UsageError`` where a way of it cannot be read back, or not set.

    Settings made in Python go through this, too.
    """
    for way in setting.ways:
        if not "".join(way.read.argv).strip():
            raise _wrong(
                f"{setting.name} cannot be read back",
                "read is the command that shows its value: without it nothing could be verified",
            )
        if way.reader not in READERS:
            raise _wrong(f"{setting.name}: value is {way.reader!r}", _of(READERS))
        if not (way.set or way.by_value or way.edit or (way.add and way.remove)):
            raise _wrong(
                f"{setting.name} cannot be set",
                "it needs set, or values, or add and remove, or file and edit",
            )
        if way.edit and not way.file:
            raise _wrong(f"{setting.name}: edit needs a file")
        _compiled(setting.name, way)
    return setting


def _compiled(name: str, way: SettingWay) -> None:
    if way.reader == "match" or way.edit:
        try:
            groups = re.compile(way.where).groups
        except re.error as error:
            raise _wrong(f"{name}: where is no regular expression: {error}") from error
        if groups < 1:
            raise _wrong(f"{name}: where has no group", "the value is what (…) matches")


def merged(settings: Iterable[HostSetting]) -> dict[str, HostSetting]:
    """By name; tables of one name are the ways of different releases."""
    found: dict[str, HostSetting] = {}
    for each in settings:
        before = found.get(each.name)
        if before is not None and before.kind != each.kind:
            raise _wrong(f"{each.name} has two types, {before.kind} and {each.kind}")
        found[each.name] = (
            each if before is None else replace(before, ways=(*before.ways, *each.ways))
        )
    return found


def _way(name: str, table: Mapping[str, Any]) -> SettingWay:
    file = _text(table, "file")
    read = _line(table, "read") or (CommandLine(("cat", file)) if file else CommandLine(("",)))
    values = table.get("values", {})
    if not isinstance(values, dict):
        raise _wrong(
            f"{name}: values takes a table", 'e.g. values = { "true" = "…", "false" = "…" }'
        )
    return SettingWay(
        read=read,
        reader=_text(table, "value", "match" if "edit" in table else "text"),
        where=_text(table, "where"),
        set=_steps(table, "set"),
        by_value={value: _steps(values, value) for value in values},
        add=_line(table, "add"),
        remove=_line(table, "remove"),
        after=_steps(table, "after"),
        file=file,
        edit=_text(table, "edit"),
        since=_version(table, "since"),
        gone=_version(table, "gone"),
    )


def _text(table: Mapping[str, Any], key: str, default: str = "") -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise _wrong(f"{key} takes a text")
    return value


def _version(table: Mapping[str, Any], key: str) -> str | None:
    text = _text(table, key)
    if text and not _VERSION.fullmatch(text):
        raise _wrong(f"{key} is {text!r}", 'it takes a version, such as "6.5"')
    return text or None


def _list(table: Mapping[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong(f"{key} takes a list of texts")
    return value


def _line(table: Mapping[str, Any], key: str) -> CommandLine | None:
    found = _steps(table, key)
    if len(found) > 1:
        raise _wrong(f"{key} is one command")
    return found[0] if found else None


def _steps(table: Mapping[str, Any], key: str) -> Steps:
    """A text is a line for the host's own shell; a list has several; a list in a list is words."""
    value = table.get(key, [])
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list):
        raise _wrong(f"{key} takes a command line, or a list of them")
    return tuple(_one(key, each) for each in lines)


def _one(key: str, line: object) -> CommandLine:
    if isinstance(line, str) and line.strip():
        return CommandLine((line,), typed=True)
    if isinstance(line, list) and line and all(isinstance(word, str) for word in line):
        return CommandLine(tuple(line))
    raise _wrong(f"{key} takes a command line, or a list of them")


def _of(words: Iterable[str]) -> str:
    return f"it is one of {', '.join(words)}"


def _wrong(message: str, hint: str = "") -> UsageError:
    return UsageError(f"[[setting]]: {message}", hint=hint, kind="usage.setting")
