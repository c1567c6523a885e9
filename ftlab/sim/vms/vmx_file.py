"""A host's own way with a VMX file: what it loads, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINE = re.compile(r'\s*([^\s=#"][^=]*?)\s*=\s*(?:"([^"]*)"|([^"]*?))\s*\Z')
_ESCAPE = re.compile(rb"\|([0-9A-Fa-f]{2})")


class BadVmx(Exception):
    """The host cannot load this file; ``str()`` says why."""


class VmxFile:
    """A loaded configuration: raw lines, and keys (whatever their case) to values."""

    def __init__(self, data: bytes) -> None:
        """Raises :class:`BadVmx` for text that is not ``key = "value"`` and for a key given
        twice, as real hosts do."""
        self.encoding = _encoding_of(data)
        self._lines = data.splitlines(keepends=True)
        self._place: dict[str, int] = {}
        self._entries: dict[str, tuple[str, str]] = {}
        for number, raw in enumerate(self._lines):
            self._load(number, raw)
        if not self._entries:
            raise BadVmx("the file holds no configuration")

    def _load(self, number: int, raw: bytes) -> None:
        text = raw.decode(self.encoding, "surrogateescape").strip()
        if not text or text.startswith("#"):
            return
        match = _LINE.match(text)
        if match is None or "\0" in text:
            raise BadVmx(f"line {number + 1}: syntax error")
        key, quoted, bare = match.groups()
        if key.casefold() in self._place:
            raise BadVmx(f"line {number + 1}: variable {key!r} is already defined")
        self._place[key.casefold()] = number
        self._entries[key.casefold()] = (key, self._unescape(bare if quoted is None else quoted))

    def _unescape(self, text: str) -> str:
        if "|" not in text:
            return text
        raw = text.encode(self.encoding, "surrogateescape")
        plain = _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), raw)
        return plain.decode(self.encoding, "surrogateescape")

    def get(self, key: str, default: str = "") -> str:
        return self._entries.get(key.casefold(), (key, default))[1]

    def __getitem__(self, key: str) -> str:
        return self.get(key)

    def has(self, key: str) -> bool:
        return key.casefold() in self._entries

    def true(self, key: str) -> bool:
        return self.get(key).casefold() == "true"

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._entries.values())

    def set(self, key: str, value: str) -> None:
        """Change or append one key, leaving every other byte alone."""
        old = self._entries.get(key.casefold())
        name = old[0] if old else key
        line = f'{name} = "{escaped(value)}"\n'.encode(self.encoding, "surrogateescape")
        if old:
            self._lines[self._place[key.casefold()]] = line
        else:
            if self._lines and not self._lines[-1].endswith(b"\n"):
                self._lines[-1] += b"\n"
            self._place[key.casefold()] = len(self._lines)
            self._lines.append(line)
        self._entries[key.casefold()] = (name, value)

    def to_bytes(self) -> bytes:
        return b"".join(self._lines)


def escaped(value: str) -> str:
    """As a VMX has it between quotes."""
    table = {"|": "|7C", '"': "|22", "\n": "|0A", "\r": "|0D"}
    return "".join(table.get(c, c) for c in value)


def _encoding_of(data: bytes) -> str:
    match = re.search(rb'^\s*\.encoding\s*=\s*"([^"]*)"', data, re.IGNORECASE | re.MULTILINE)
    name = match[1].decode("ascii", "replace") if match else "utf-8"
    try:
        b"x".decode(name, "replace")
    except (LookupError, ValueError):
        return "utf-8"
    return name
