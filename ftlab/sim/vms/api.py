"""The vSphere API as hosts print it: dumps of its objects, ``(vim.…) { … }``, which are macros of
``data/dumps.txt``, and faults in the words of ``data/faults.toml``.

Up to 6.0 every object begins with ``dynamicType`` and every field ends in a comma and a blank;
from 6.5 on neither is so, and ``msg`` follows the last field without a comma between them.
Array elements are separated the same way in both. Quotes inside strings are not escaped.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from ftlab.sim.data import PAGES, table_of
from ftlab.sim.model.answer import Answer, encode
from ftlab.sim.model.versions import V70, Release
from ftlab.sim.vms.vmx_file import api_uuid, identifier

_FAULTS: dict[str, list[str]] = table_of("vms/data/faults.toml")
POWER_WORDS = {"poweredOn": "Powered on", "poweredOff": "Powered off", "suspended": "Suspended"}
_LINE_END = "\0"
"""Stands for the end of a line within a value, until the dump is laid out."""
Shown = Markup
"""What a dump shows as it is: ``<unset>``, a reference, an object's lines."""
UNSET = Shown("<unset>")
ShownValue = Shown | datetime | str | int | bool


def reference(text: str) -> Shown:
    """One to a managed object: ``'vim.VirtualMachine:12'``."""
    return Shown(f"'{text}'".replace("\n", _LINE_END))


def _shown(value: ShownValue) -> Shown:
    """A value as a dump has it, by its type."""
    match value:
        case Markup():
            return value
        case bool() | int():
            return Shown(str(value).lower())
        case datetime():
            return Shown(f'"{stamp(value)}"')
    return Shown(f'"{value}"'.replace("\n", _LINE_END))


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond:06}Z"


@cache
def _dumps() -> Template:
    pages = PAGES.overlay(autoescape=True, finalize=_shown, line_statement_prefix="%")
    pages.filters |= {"uuid": api_uuid, "identifier": identifier, "reference": reference}
    pages.filters["size"] = lambda path: path.stat().st_size
    return pages.get_template("vms/data/dumps.txt")


def filled(name: str, release: Release, /, **values: Any) -> Shown:
    """The lines of the object of that name, filled with these values."""
    module = _dumps().make_module({"release": release, "unset": UNSET, **values})
    told: Shown = getattr(module, name)()
    return told


def dump(told: Shown, *, old: bool) -> bytes:
    """An object's lines laid out, each with its end; ``old`` is the way of 6.0 and earlier."""
    lines = [line for each in str(told).split("\n") if (line := each.strip(" "))]
    found: list[str] = []
    inside = [""]
    for line, following in zip(lines, [*lines[1:], "}"], strict=True):
        opens = line[-1] if line[-1] in "{[" else ""
        if line in ("}", "]"):
            inside.pop()
        last = following in ("}", "]") or following.startswith("msg = ")
        comma = not opens and inside[-1] and (not last or (old and inside[-1] == "{"))
        found.append("   " * (len(inside) - 1) + line + (", " if comma else ""))
        inside += [opens] if opens else []
        if old and opens == "{":
            found.append("   " * (len(inside) - 1) + "dynamicType = <unset>, ")
    text = re.sub(r"\[\n *\]", "[]", "".join(f"{line}\n" for line in found))
    return encode(text.replace(_LINE_END, "\n"))


class VimFault(Exception):
    """A command ends in a fault of this vSphere API type, with the host's own words."""

    def __init__(self, type: str, msg: str, **fields: ShownValue) -> None:
        super().__init__(msg)
        self.type, self.msg, self.fields = type, msg, fields

    def shown(self, release: Release) -> Shown:
        """The fault as the release dumps it: ``faultMessage`` came with 6.5."""
        return filled("method_fault", release, fault=self)

    def dumped(self, release: Release) -> bytes:
        return dump(self.shown(release), old=release.old_dumps)

    def answer(self, release: Release) -> Answer:
        """The fault on its own, as most commands print it: on stderr (seen on 7 and 8; older hosts
        are taken to print it on stdout). Exit status 1."""
        text = self.dumped(release)
        return Answer(1, stderr=text) if release.number >= V70 else Answer(1, stdout=text)

    def of_power(self, release: Release, first: str, verb: str) -> Answer:
        """The fault of a power command, whose first line is already out."""
        head = f"{first}\n".encode()
        if release.power_shape == "dump":
            return Answer(1, head + self.dumped(release))
        if release.power_shape == "bare":
            return Answer(1, head + f"{verb} failed\n".encode())
        return Answer(1, head, f"{verb} failed: ".encode() + self.dumped(release))


def vim_fault(name: str, /, *words: object, **fields: ShownValue) -> VimFault:
    """One of ``data/faults.toml``; ``words`` are those of the moment."""
    type, text = _FAULTS[name]
    return VimFault(type, text.format(*words), **fields)


def invalid_power_state(wanted: str, present: str) -> VimFault:
    words = POWER_WORDS[present].title()
    return vim_fault("power-state", words, requestedState=wanted, existingState=present)
