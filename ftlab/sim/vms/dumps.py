"""Printing ``(vim.…) { … }`` dumps, in the two ways hosts do.

Up to 6.0 every object begins with ``dynamicType`` and every field ends in a comma and a blank;
from 6.5 on neither is so, and ``msg`` follows the last field without a comma between them.
Array elements are separated the same way in both. Quotes inside strings are not escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ftlab.sim.model.answer import encode


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


Node: TypeAlias = Unset | Ref | Null | Obj | Array | str | int | bool


def dump(node: Node, *, old: bool) -> bytes:
    """The dump of ``node`` with its last newline; ``old`` is the way of 6.0 and earlier."""
    return encode(_text(node, 0, old) + "\n")


def _text(node: Node, depth: int, old: bool) -> str:
    match node:
        case Obj():
            return f"({node.type}) " + _object(node, depth, old)
        case Array():
            return f"({node.type}) " + _array(node, depth, old)
        case Null():
            return f"({node.type}) null"
        case Ref():
            return f"'{node.target}'"
        case Unset():
            return "<unset>"
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
