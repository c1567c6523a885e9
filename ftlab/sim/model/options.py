"""What a kernel can be set to: its advanced options, with the place where a host remembers them,
and the settings that it is started with.

The tables (``data/options.tsv``: path, type, default, min, max, builds; ``data/kernel.tsv``: name,
default, builds) were read out of real hosts from 6.0 on. None of 4.x or 5.x is published; those
hosts get 6.0's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ftlab.sim.data import text_of
from ftlab.sim.model.versions import Release


@dataclass(frozen=True, slots=True)
class Option:
    """What the kernel knows of one option. ``type``: ``integer`` or ``string``, and ``Bool`` or
    another one where it is a setting; ``low`` and ``high`` are those of integers."""

    path: str
    type: str
    default: str
    low: int = 0
    high: int = 0
    present: str | None = None
    """The value where that is known to be another than the default."""
    words: str = ""
    """The host's own description."""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def description(self) -> str:
        """As it was published with an answer, else the name in words: ``Net timeout``."""
        return self.words or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", self.name).capitalize()

    def accepts(self, value: str) -> bool:
        """Whether the kernel takes this value."""
        if self.type == "string":
            return True
        return bool(re.fullmatch(r"-?\d+", value)) and self.low <= int(value) <= self.high


@cache
def option_table(table: str) -> dict[str, Option]:
    """All options of one of the published tables, by path, in its order."""
    return {
        path: Option(path, kind, default, int(low or 0), int(high or 0))
        for path, kind, default, low, high, _ in _rows("options.tsv", table, 5)
    }


@cache
def kernel_table(table: str) -> dict[str, Option]:
    """All settings of one, by the name in small letters, as hosts find them in any case."""
    return {
        name.lower(): Option(name, "Bool", default, words="".join(words))
        for name, default, _, *words in _rows("kernel.tsv", table, 2)
    }


def _rows(file: str, table: str, column: int) -> Iterator[list[str]]:
    """The rows of a data file whose ``column`` names the published ``table``."""
    for line in text_of(f"model/data/{file}").splitlines()[1:]:
        row = line.split("\t")
        if row[column] == "*" or table in row[column].split(","):
            yield row


class OptionStore:
    """The options of one host with their present values.

    Up to 6.x a value other than the default is also a line of ``/etc/vmware/esx.conf``, as on
    real hosts; from 7.0 on hosts keep them in a database, here in memory alone.
    """

    def __init__(self, release: Release, config_file: Path) -> None:
        self.table = {path.lower(): row for path, row in option_table(release.table).items()}
        """Its options, by path in small letters."""
        self._values: dict[str, str] = {}
        self._file = config_file if release.number < (7, 0, 0) else None
        if self._file is None and not config_file.exists():
            config_file.touch()

    def __iter__(self) -> Iterator[Option]:
        return iter(self.table.values())

    def find(self, path: str) -> Option | None:
        """The option of this path in any case, or ``None``. A missing leading slash is forgiven."""
        return self.table.get("/" + path.lower().lstrip("/"))

    def value(self, option: Option) -> str:
        first = option.default if option.present is None else option.present
        return self._values.get(option.path, first)

    def set(self, option: Option, value: str) -> None:
        """Store a value that :meth:`Option.accepts`."""
        self._values[option.path] = value if option.type == "string" else str(int(value))
        self._remember(option)

    def _remember(self, option: Option) -> None:
        if self._file is None:
            return
        key = f"/adv{option.path} = "
        old = self._file.read_text("utf-8").splitlines() if self._file.exists() else []
        lines = [line for line in old if not line.startswith(key)]
        if (value := self.value(option)) != option.default:
            lines.append(f'{key}"{value}"')
        self._file.write_text("".join(f"{line}\n" for line in sorted(lines)), "utf-8")
