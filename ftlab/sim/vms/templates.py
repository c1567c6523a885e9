"""Objects of the API as hosts dump them: their fields in order, from ``data/objects.txt``.

A line is a field: its name and its value as a dump shows it, or ``$NAME`` (``$NAME.of.it``) for
what the moment gives. An object's fields stand further in, also those of the one object of an
array, whose line ends in ``[``; ``5.0 |`` before a field: since that release.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from ftlab.sim.model.versions import Release
from ftlab.sim.vms.dumps import UNSET, Array, Node, Null, Obj

Values = Mapping[str, object]
_SECTION = re.compile(r"^\[(\w+)\] \(([\w.]+)\)\n((?: .*\n)+)", re.MULTILINE)
_FIELD = re.compile(
    r"^( +)(?:(\d+)\.(\d+) \| )?(\w+) = (?:\(([\w.]+)\) ?)?(.*)\n((?:\1 .*\n)*)", re.MULTILINE
)
"""A field, and all lines after it that stand further in."""
_WORDS: dict[str, Node] = {"<unset>": UNSET, "true": True, "false": False}


def filled(name: str, release: Release, values: Values) -> Obj:
    """The object of that name; a field whose value is None is not there."""
    type, body = _templates()[name]
    return _object(type, body, release, values)


@cache
def _templates() -> dict[str, tuple[str, str]]:
    text = files("ftlab.sim.vms").joinpath("data/objects.txt").read_text("utf-8")
    return {name: (type, body) for name, type, body in _SECTION.findall(text)}


def _object(type: str, body: str, release: Release, values: Values) -> Obj:
    found: dict[str, Node] = {}
    for _, major, minor, name, inner, text, lines in _FIELD.findall(body):
        if major and (int(major), int(minor)) > release.number[:2]:
            continue
        if not inner:
            value = _value(text, values)
        elif text in ("null", "[]"):
            value = Null(inner) if text == "null" else Array(inner)
        else:
            value = _object(inner, lines, release, values)
            value = Array(inner, (value,)) if text == "[" else value
        if value is not None:
            found[name] = value
    return Obj(type, found)


def _value(text: str, values: Values) -> Any:
    if text.startswith("$"):
        return Formatter().get_field(text[1:], (), values)[0]
    if text in _WORDS:
        return _WORDS[text]
    return text[1:-1] if text.startswith('"') else int(text)
