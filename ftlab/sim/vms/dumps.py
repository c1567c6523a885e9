"""Objects of the vSphere API, with their fields from ``data/objects.txt``, and their dumps
``(vim.…) { … }``, in the two ways hosts print them.

A line of the data is a field: its name and its value as a dump shows it, where ``{NAME}`` within
quotes is what the moment gives. ``$NAME`` (``$NAME.of.it``) is that alone; ``vmx KEY else DEFAULT``
what the VM's VMX says, as the type of its default. An object's fields stand further in, also those
of an array's objects, after ``[ $NAME``, whose items give one each, or ``[`` for the only one.
``5.0 |`` before a field: since that release.

Up to 6.0 every object begins with ``dynamicType`` and every field ends in a comma and a blank;
from 6.5 on neither is so, and ``msg`` follows the last field without a comma between them.
Array elements are separated the same way in both. Quotes inside strings are not escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from string import Formatter
from typing import Any, TypeAlias

from ftlab.sim.data import text_of
from ftlab.sim.model.answer import encode
from ftlab.sim.model.versions import Release


class Unset:
    """``<unset>``."""


UNSET = Unset()


@dataclass(frozen=True, slots=True)
class Ref:
    """A managed object reference: ``'vim.VirtualMachine:12'``."""

    target: str


@dataclass(frozen=True, slots=True)
class Null:
    """An object that is not there: ``(vim.vm.AffinityInfo) null``."""

    type: str


@dataclass(frozen=True, slots=True)
class Obj:
    """An object with its fields in order. ``msg``: what a fault says of itself."""

    type: str
    fields: dict[str, Node]
    msg: str | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """``(type) [ … ]``."""

    type: str
    items: tuple[Node, ...] = ()


Node: TypeAlias = Unset | Ref | Null | Obj | Array | datetime | str | int | bool


def dump(node: Node, *, old: bool) -> bytes:
    """The dump of ``node`` with its last newline; ``old`` is the way of 6.0 and earlier."""
    return encode(_text(node, 0, old) + "\n")


def _text(node: Node, depth: int, old: bool) -> str:
    match node:
        case Obj() | Array():
            told = _object(node, depth, old) if isinstance(node, Obj) else _array(node, depth, old)
            return f"({node.type}) {told}"
        case Null():
            return f"({node.type}) null"
        case Ref():
            return f"'{node.target}'"
        case Unset():
            return "<unset>"
        case datetime():
            return f'"{stamp(node)}"'
    return f'"{node}"' if isinstance(node, str) else str(node).lower()


def _object(node: Obj, depth: int, old: bool) -> str:
    pad = "   " * (depth + 1)
    lines = [f"{pad}{name} = {_text(value, depth + 1, old)}" for name, value in node.fields.items()]
    said = [] if node.msg is None else [f'{pad}msg = "{node.msg}"']
    if old:
        body = "".join(f"{line}, \n" for line in [f"{pad}dynamicType = <unset>", *lines, *said])
    else:
        body = "".join(f"{block}\n" for block in [", \n".join(lines), *said] if block)
    return "{\n" + body + "   " * depth + "}"


def _array(node: Array, depth: int, old: bool) -> str:
    if not node.items:
        return "[]"
    pad = "   " * (depth + 1)
    body = ", \n".join(pad + _text(item, depth + 1, old) for item in node.items)
    return "[\n" + body + "\n" + "   " * depth + "]"


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond:06}Z"


Values = Mapping[str, Any]
_SECTION = re.compile(r"^\[(\w+)\] \(([\w.]+)\)\n((?: .*\n)+)", re.MULTILINE)
_FIELD = re.compile(
    r"^( +)(?:(\d+)\.(\d+) \| )?(\w+) = (?:\(([\w.]+)\) ?)?(.*)\n((?:\1 .*\n)*)", re.MULTILINE
)
"""A field, and all lines after it that stand further in."""
_WORDS: dict[str, Node] = {"<unset>": UNSET, "true": True, "false": False}


def filled(name: str, release: Release, values: Values) -> Obj:
    """The object of that name; a field whose value is None is not there."""
    type, body = _templates()[name]
    return _filled(type, body, release, values)


@cache
def _templates() -> dict[str, tuple[str, str]]:
    sections = _SECTION.findall(text_of("vms/data/objects.txt"))
    return {name: (type, body) for name, type, body in sections}


def _filled(type: str, body: str, release: Release, values: Values) -> Obj:
    found: dict[str, Node] = {}
    for _, major, minor, name, inner, text, lines in _FIELD.findall(body):
        if major and (int(major), int(minor)) > release.number[:2]:
            continue
        if not inner:
            value = _value(text, values)
        elif text in ("null", "[]"):
            value = Null(inner) if text == "null" else Array(inner)
        elif text.startswith("["):
            each = _value(text[2:], values) if text[2:] else [{}]
            items = (_filled(inner, lines, release, {**values, **one}) for one in each or ())
            value = None if each is None else Array(inner, tuple(items))
        else:
            value = _filled(inner, lines, release, values)
        if value is not None:
            found[name] = value
    return Obj(type, found)


def _value(text: str, values: Values) -> Any:
    if text.startswith("$"):
        return Formatter().get_field(text[1:], (), values)[0]
    if text.startswith("vmx "):
        key, _, default = text.removeprefix("vmx ").partition(" else ")
        return values["vm"].loaded.like(key, _value(default, values))
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "\"'":
        inside = text[1:-1].format_map(values)
        return inside if text[0] == '"' else Ref(inside)
    return int(text)
