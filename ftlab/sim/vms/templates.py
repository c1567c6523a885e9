"""Objects of the API as hosts dump them: their fields in order, from ``data/objects.txt``.

A line is a field: its name and its value as a dump shows it, or ``$NAME`` for what the moment
gives. An object's fields stand further in; ``5.0 |`` before a field: since that release.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ftlab.sim.model.versions import Release
from ftlab.sim.vms.dumps import UNSET, Array, Node, Null, Obj

Values = Mapping[str, Node | None]
_LINE = re.compile(r"( *)(?:(\d+)\.(\d+) \| )?(\w+) = (.*)")
_TYPED = re.compile(r"\(([\w.]+)\) ?(.*)")


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


@dataclass(frozen=True, slots=True)
class _Field:
    since: tuple[int, int]
    name: str
    value: Node | _Slot | _Template


@dataclass(frozen=True, slots=True)
class _Template:
    type: str
    fields: tuple[_Field, ...]

    def fill(self, release: Release, values: Values) -> Obj:
        found: dict[str, Node] = {}
        for field in self.fields:
            value = _filled(field.value, release, values)
            if field.since <= release.number[:2] and value is not None:
                found[field.name] = value
        return Obj(self.type, found)


def _filled(value: Node | _Slot | _Template, release: Release, values: Values) -> Node | None:
    if isinstance(value, _Slot):
        return values[value.name]
    return value.fill(release, values) if isinstance(value, _Template) else value


def filled(name: str, release: Release, values: Values) -> Obj:
    """The object of that name; a field whose value is None is not there."""
    return _templates()[name].fill(release, values)


@cache
def _templates() -> dict[str, _Template]:
    text = files("ftlab.sim.vms").joinpath("data/objects.txt").read_text("utf-8")
    sections = re.findall(r"^\[(\w+)\] \(([\w.]+)\)\n((?: .*\n)+)", text, re.MULTILINE)
    return {name: _Template(type, _fields(body.splitlines())) for name, type, body in sections}


def _fields(lines: list[str]) -> tuple[_Field, ...]:
    found: list[_Field] = []
    while lines:
        line = _LINE.fullmatch(lines.pop(0))
        assert line is not None, "data/objects.txt"  # noqa: S101 - our own file
        inner: list[str] = []
        while lines and len(lines[0]) - len(lines[0].lstrip()) > len(line[1]):
            inner.append(lines.pop(0))
        since = (int(line[2]), int(line[3])) if line[2] else (0, 0)
        found.append(_Field(since, line[4], _value(line[5], inner)))
    return tuple(found)


def _value(text: str, inner: list[str]) -> Node | _Slot | _Template:
    if text.startswith("$"):
        return _Slot(text[1:])
    if typed := _TYPED.fullmatch(text):
        if typed[2] == "null":
            return Null(typed[1])
        return Array(typed[1]) if typed[2] == "[]" else _Template(typed[1], _fields(inner))
    if text == "<unset>":
        return UNSET
    if text.startswith('"'):
        return text[1:-1]
    return text == "true" if text in ("true", "false") else int(text)
