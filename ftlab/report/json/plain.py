"""Any value as plain JSON data: dicts, lists, text that is valid UTF-8, numbers, booleans."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ftlab.report.layout.escape import without_surrogates


def to_json(value: Any) -> Any:
    """``value`` as JSON can hold it. Bytes are read as UTF-8; sets are sorted; a dataclass
    becomes an object; anything unknown becomes its text (so a ``Secret`` stays hidden)."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, bytes):
        return without_surrogates(value.decode("utf-8", "surrogateescape"))
    return _plain_container(value)


def _plain_container(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {without_surrogates(str(key)): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, set | frozenset):
        return [to_json(item) for item in sorted(value, key=str)]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    return without_surrogates(str(value))
