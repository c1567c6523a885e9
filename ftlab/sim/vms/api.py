"""The vSphere API as hosts print it: objects with their fields from ``data/objects.txt``, faults in
the words of ``data/faults.toml``, and the dumps of both, ``(vim.…) { … }``, in two ways.

A line of the data is a field: its name and its value as a dump shows it, where ``{NAME}`` within
quotes is what the moment gives. ``$NAME`` (``$NAME.of.it``) is that alone; ``vmx KEY else DEFAULT``
what the VM's VMX says, as the type of its default; ``uuid KEY`` a UUID of it in the API's writing.
An object's fields stand further in, also those of an array's objects, after ``[ $NAME``, whose
items give one each, or ``[`` for the only one. ``5.0 |`` before a field: since that release.

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

from ftlab.sim.data import table_of, text_of
from ftlab.sim.model.answer import Answer, encode
from ftlab.sim.model.versions import Release
from ftlab.sim.vms.vmx_file import api_uuid

_FAULTS: dict[str, list[str]] = table_of("vms/data/faults.toml")
POWER_WORDS = {"poweredOn": "Powered on", "poweredOff": "Powered off", "suspended": "Suspended"}


@dataclass(frozen=True, slots=True)
class Plain:
    """What is shown as it is: ``<unset>``, a managed object's reference
    ``'vim.VirtualMachine:12'``, an object that is not there ``(vim.vm.AffinityInfo) null``."""

    text: str


UNSET = Plain("<unset>")


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


Node: TypeAlias = Plain | Obj | Array | datetime | str | int | bool


def dump(node: Node, *, old: bool) -> bytes:
    """The dump of ``node`` with its last newline; ``old`` is the way of 6.0 and earlier."""
    return encode(_text(node, 0, old) + "\n")


def _text(node: Node, depth: int, old: bool) -> str:
    match node:
        case Obj() | Array():
            told = _object(node, depth, old) if isinstance(node, Obj) else _array(node, depth, old)
            return f"({node.type}) {told}"
        case Plain():
            return node.text
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
            value = Plain(f"({inner}) null") if text == "null" else Array(inner)
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
    if text.startswith("uuid "):
        return api_uuid(values["vm"].loaded[text.removeprefix("uuid ")])
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "\"'":
        shown = text.format_map(values)
        return Plain(shown) if shown[0] == "'" else shown[1:-1]
    return int(text)


class VimFault(Exception):
    """A command ends in a fault of this vSphere API type, with the host's own words."""

    def __init__(self, type: str, msg: str, **fields: Node) -> None:
        super().__init__(msg)
        self.type, self.msg, self.fields = type, msg, fields

    def node(self, release: Release) -> Obj:
        """The fault as the release dumps it: ``faultMessage`` came with 6.5."""
        head: dict[str, Node] = {"faultCause": Plain("(vmodl.MethodFault) null")}
        if not release.old_dumps:
            head["faultMessage"] = UNSET
        return Obj(self.type, head | self.fields, self.msg)

    def answer(self, release: Release) -> Answer:
        """The fault on its own, as most commands print it. Exit status 1."""
        text = dump(self.node(release), old=release.old_dumps)
        return Answer(1, stderr=text) if release.faults_on_stderr else Answer(1, stdout=text)

    def of_power(self, release: Release, first: str, verb: str) -> Answer:
        """The fault of a power command, whose first line is already out."""
        text = dump(self.node(release), old=release.old_dumps)
        head = f"{first}\n".encode()
        if release.power_shape == "dump":
            return Answer(1, head + text)
        if release.power_shape == "bare":
            return Answer(1, head + f"{verb} failed\n".encode())
        return Answer(1, head, f"{verb} failed: ".encode() + text)


def vim_fault(name: str, /, *words: object, **fields: Node) -> VimFault:
    """One of ``data/faults.toml``; ``words`` are those of the moment."""
    type, text = _FAULTS[name]
    return VimFault(type, text.format(*words), **fields)


def invalid_power_state(wanted: str, present: str) -> VimFault:
    words = POWER_WORDS[present].title()
    return vim_fault("power-state", words, requestedState=wanted, existingState=present)
