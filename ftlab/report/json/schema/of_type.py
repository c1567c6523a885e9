"""A type as JSON Schema (2020-12) has it."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping, Sequence
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from ftlab.facts.noted import Narrowed

Schema = dict[str, Any]
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


class Definitions:
    """Collects the objects on the way, each once, by the name of its type."""

    def __init__(self) -> None:
        self.found: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of a type; an object is a reference to its definition. Raises ``TypeError``
        for a type that JSON cannot hold."""
        origin, args = get_origin(kind), get_args(kind)
        if is_typeddict(kind):
            return self._reference(kind)
        if origin is Annotated:
            return self._annotated(args[0], args[1:])
        if origin in {NotRequired, Required}:
            return self.of(args[0])
        if origin is Literal:
            return {"const": args[0]} if len(args) == 1 else {"enum": list(args)}
        if origin in {Union, types.UnionType}:
            return self._union(args)
        return self._container(kind, origin, args)

    def object(self, kind: Any) -> Schema:
        """The definition itself of a ``TypedDict``, in the order of its keys."""
        hints = get_type_hints(kind, include_extras=True)
        return {
            "description": " ".join((inspect.getdoc(kind) or "").replace("``", "").split()),
            "type": "object",
            "required": [name for name in hints if name in kind.__required_keys__],
            "additionalProperties": False,
            "properties": {name: self.of(hints[name]) for name in hints},
        }

    def _reference(self, kind: Any) -> Schema:
        name = kind.__name__.removesuffix("Shape")
        if name not in self.found:
            self.found[name] = {}  # it may be on its own way
            self.found[name] = self.object(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _annotated(self, kind: Any, said: Sequence[Any]) -> Schema:
        schema = self.of(kind)
        for each in said:
            schema |= _narrowed(each) if isinstance(each, Narrowed) else {"description": each}
        return schema

    def _union(self, kinds: Sequence[Any]) -> Schema:
        """Plain types as one list of types, so that generators of code understand it."""
        schemas = [self.of(kind) for kind in kinds]
        merged: Schema = {}
        for schema in schemas:
            names = schema.get("type", ())
            if "$ref" in schema or "enum" in schema or not names:
                return _nullable(schemas)
            known = merged.get("type", [])
            merged = {**merged, **schema, "type": [*known, names]}
        return merged

    def _container(self, kind: Any, origin: Any, args: Sequence[Any]) -> Schema:
        if kind is Any:
            return {}
        if kind in _PLAIN:
            return {"type": _PLAIN[kind]}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            inner = self.of(args[1])
            return {"type": "object", **({"additionalProperties": inner} if inner else {})}
        if isinstance(origin, type) and issubclass(origin, Sequence):
            return {"type": "array", "items": self.of(args[0])}
        raise TypeError(f"{kind} is nothing that JSON can hold")


def _narrowed(how: Narrowed) -> Schema:
    if how.only is not None:
        return {"enum": list(how.only)}
    told = {"minimum": how.minimum, "minLength": how.min_length, "pattern": how.pattern}
    return {word: value for word, value in told.items() if value is not None}


def _nullable(schemas: Sequence[Schema]) -> Schema:
    """An enum with null among its values, or one of several."""
    enums = [schema["enum"] for schema in schemas if "enum" in schema]
    rest = [schema for schema in schemas if "enum" not in schema]
    if len(enums) == 1 and rest == [{"type": "null"}]:
        return {"enum": [*enums[0], None]}
    return {"anyOf": list(schemas)}
