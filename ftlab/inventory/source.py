"""Where something stands in a host file, and the error that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ftlab.errors import InventoryError


class InventoryPlace(NamedTuple):
    """A line of a host file; ``line`` counts from 1, and is 0 for what has no lines."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    def error(self, message: str, *, hint: str = "") -> InventoryError:
        """An error about this line. It never quotes the line: passwords stand on host lines."""
        return InventoryError(f"{self}: {message}", hint=hint, file=self.file, line=self.line)


class PlacedValue(NamedTuple):
    """A variable's value, and where it was set."""

    value: Any
    place: InventoryPlace


IN_VARS = "variables of a group stand below [GROUP:vars]"


def told(word: str) -> str:
    """A word as a message quotes it. Where a name belongs a whole ``ansible_password=…`` may stand
    by mistake: nothing behind the ``=`` is for a screen or a log."""
    key, equals, _ = word.partition("=")
    return repr(f"{key}=…" if equals else word)


PlacedValues = Mapping[str, PlacedValue]
"""A host's or group's variables, by name."""
