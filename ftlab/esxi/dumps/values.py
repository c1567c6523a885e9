"""vSphere values as vim-cmd prints them: objects, references, unset fields."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ftlab.frozen import frozen


class Unset(enum.Enum):
    """``<unset>``: the field has no value. Not the same as a null object (``None``)."""

    UNSET = "<unset>"


UNSET = Unset.UNSET


@frozen(slots=True)
class Moref:
    """A reference to a managed object: ``'vim.VirtualMachine:101'``."""

    type: str
    id: str


@frozen(slots=True)
class Dump:
    """One object: its vSphere type and its fields, in their order. Every field is optional."""

    type: str
    fields: Mapping[str, Value]

    def __getitem__(self, name: str) -> Value:
        return self.fields[name]

    def __contains__(self, name: object) -> bool:
        return name in self.fields

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def get(self, path: str, default: Value = None) -> Value:
        """The value at a path like ``config.name``; ``default`` where the path breaks off."""
        here: Value = self
        for name in path.split("."):
            if not isinstance(here, Dump) or name not in here.fields:
                return default
            here = here.fields[name]
        return here

    def text(self, path: str) -> str | None:
        """The string at a path; None where there is none."""
        value = self.get(path)
        return value if isinstance(value, str) else None

    def number(self, path: str) -> int | None:
        """The integer at a path; None where there is none."""
        value = self.get(path)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, path: str) -> bool | None:
        """The boolean at a path; None where there is none."""
        value = self.get(path)
        return value if isinstance(value, bool) else None

    def node(self, path: str) -> Dump | None:
        """The object at a path; None where there is none."""
        value = self.get(path)
        return value if isinstance(value, Dump) else None

    def nodes(self, path: str) -> list[Dump]:
        """The objects in the array at a path; empty where there is none."""
        value = self.get(path)
        return [one for one in value if isinstance(one, Dump)] if isinstance(value, list) else []

    def texts(self, path: str) -> list[str]:
        """The strings in the array at a path; empty where there is none."""
        value = self.get(path)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


Value: TypeAlias = Dump | list["Value"] | Moref | str | int | float | bool | Unset | None
