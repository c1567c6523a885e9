"""The VMX document: read keys, set and unset them, and keep every other byte."""

from __future__ import annotations

import codecs
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from ftlab import errors
from ftlab.vmx.charset import Charset
from ftlab.vmx.line import Line, split

_ENCODING: Final = ".encoding"
_NOT_A_KEY = re.compile(r'[\s=#"\x00-\x1f\x7f]')
_BOM = codecs.BOM_UTF8


class Duplicate(NamedTuple):
    """A key that occurs more than once, and the lines (1-based) where it does."""

    key: str
    lines: tuple[int, ...]


class VmxDocument:
    """One VMX file. Immutable: :meth:`set` and :meth:`unset` return another document."""

    __slots__ = ("_bom", "_charset", "_found", "_lines")

    def __init__(self, bom: bytes, lines: tuple[Line, ...], charset: Charset) -> None:
        self._bom = bom
        self._lines = lines
        self._charset = charset
        self._found: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            if line.key is not None:
                self._found[charset.decode(line.key).lower()].append(line)

    @classmethod
    def parse(cls, data: bytes) -> VmxDocument:
        """Read a file. A line that is no setting is kept as it is.

        Raises ``ParseError`` (``line``) where the bytes are no text: a NUL byte is what a crash
        or UTF-16 leaves. Raises ``Refused`` (``vmx.encoding``) for an unknown ``.encoding``.
        """
        bom = _BOM if data.startswith(_BOM) else b""
        lines = tuple(split(data[len(bom) :]))
        for line in lines:
            if b"\0" in line.text:
                message = f"line {line.number} has a NUL byte: this is no VMX text"
                raise errors.ParseError(message, line=line.number)
        return cls(bom, lines, _charset(lines, data))

    def to_bytes(self) -> bytes:
        """The file. Without an edit these are the bytes it was read from."""
        return self._bom + _joined(self._lines)

    @property
    def encoding(self) -> str:
        """The Python codec in use, such as ``utf-8``, ``cp1252``, ``gbk`` or ``shift_jis``."""
        return self._charset.codec

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Keys that occur more than once, spelled as on their first line."""
        return tuple(
            Duplicate(self._charset.decode(lines[0].key or b""), _numbers(lines))
            for lines in self._found.values()
            if len(lines) > 1
        )

    def keys(self) -> list[str]:
        """All keys, in the order and spelling of the file."""
        return [key for key, _ in self.items()]

    def items(self) -> list[tuple[str, str]]:
        """All keys and values in the file's order; without lines whose quotes do not pair."""
        return [
            (self._charset.decode(line.key), self._charset.read_value(line.value))
            for line in self._lines
            if line.key is not None and line.value is not None
        ]

    def get(self, key: str) -> str | None:
        """The value of a key in any case; ``None``: absent. The first of a duplicate counts.

        Raises ``ParseError`` (``line``) where the quotes of its line do not pair.
        """
        lines = self._find(key)
        return self._charset.read_value(lines[0].value or b"") if lines else None

    def set(self, key: str, value: str) -> VmxDocument:
        """Give a key a value: within its line, or in a new last line. Safe to repeat: with the
        value there already, this same document comes back.

        Raises ``Refused``: ``vmx.duplicate``, ``vmx.key`` (no such key can be written, or it is
        ``.encoding``, which says what the other bytes mean) or ``vmx.encoding`` (the file cannot
        hold the value). Raises ``ParseError`` as :meth:`get`.
        """
        line = self._single(key)
        if line and self.get(key) == value:
            return self
        _check_edit(key)
        written = self._charset.write_value(value, key)
        if line:
            return self._with(line, line.with_value(written))
        return self._append(self._charset.encode(key, "the key") + b' = "' + written + b'"')

    def unset(self, key: str) -> VmxDocument:
        """Remove a key's line. Safe to repeat: an absent key gives back this same document.
        Raises as :meth:`set`.

        A last line that has no line end takes that of the line before with it, so that the file
        still has none, and undoing a :meth:`set` brings back the very bytes.
        """
        line = self._single(key)
        if line is None:
            return self
        _check_edit(key)
        removed = self._with(line, b"")
        if line.end or line.number == 1:
            return removed
        last = removed._lines[-1]
        return removed._with(last, last.text)

    def _append(self, text: bytes) -> VmxDocument:
        ends = Counter(line.end for line in self._lines if line.end)
        end = ends.most_common(1)[0][0] if ends else b"\n"
        data = self.to_bytes()
        unfinished = bool(self._lines) and not self._lines[-1].end
        return self.parse(data + end + text if unfinished else data + text + end)

    def _with(self, line: Line, raw: bytes) -> VmxDocument:
        before, after = self._lines[: line.number - 1], self._lines[line.number :]
        return self.parse(self._bom + _joined(before) + raw + _joined(after))

    def _find(self, key: str) -> list[Line]:
        lines = self._found.get(key.lower(), [])
        for line in lines:
            if line.value is None:
                text = self._charset.decode(line.text)
                message = f"line {line.number}: the quotes do not pair: {text}"
                raise errors.ParseError(message, line=line.number, text=text)
        return lines

    def _single(self, key: str) -> Line | None:
        _check_key(key)
        lines = self._find(key)
        if len(lines) > 1:
            numbers = _numbers(lines)
            raise errors.Refused(
                f"{key} is there {len(lines)} times, on lines {', '.join(map(str, numbers))}",
                kind="vmx.duplicate",
                hint="a host calls such a VM invalid; leave only one of these lines",
                lines=numbers,
            )
        return lines[0] if lines else None


def _charset(lines: Iterable[Line], data: bytes) -> Charset:
    for line in lines:
        if line.key is not None and line.key.lower() == _ENCODING.encode():
            return Charset.named((line.value or b"").decode("ascii", "replace"), data)
    return Charset.guessed(data)


def _check_key(key: str) -> None:
    if not key or _NOT_A_KEY.search(key):
        raise errors.Refused(
            f"{key!r} cannot be a VMX key",
            kind="vmx.key",
            hint="a key has no blanks, quotes, equal signs or number signs",
        )


def _check_edit(key: str) -> None:
    if key.lower() == _ENCODING:
        raise errors.Refused(
            f"{_ENCODING} stays as it is: it says what the bytes of the other lines mean",
            kind="vmx.key",
        )


def _joined(lines: Iterable[Line]) -> bytes:
    return b"".join(line.raw for line in lines)


def _numbers(lines: Iterable[Line]) -> tuple[int, ...]:
    return tuple(line.number for line in lines)
