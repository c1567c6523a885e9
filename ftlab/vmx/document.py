"""The VMX document: read keys, set and unset them, and keep every other byte."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from ftlab import errors
from ftlab.vmx.charset import Charset
from ftlab.vmx.key import NO_KEY_HINT, can_be_key
from ftlab.vmx.line import VmxLine, split

_ENCODING: Final = ".encoding"
_BINARY = (
    "a checkpoint (.vmss, .vmsn) or a damaged file: register the VM by its own .vmx, or put the "
    "file back (ftlab's backups stand beside it as NAME.vmx.ftlab-RUN)"
)
_BOM = codecs.BOM_UTF8
_Places: TypeAlias = Mapping[str, tuple[int, ...]]
"""Where each key is, in lower case: the indexes of its lines, in order."""


class Duplicate(NamedTuple):
    """A key that occurs more than once, and the lines (1-based) where it does."""

    key: str
    lines: tuple[int, ...]


class VmxDocument:
    """One VMX file. Immutable: :meth:`set` and :meth:`unset` return another document."""

    __slots__ = ("_bom", "_charset", "_lines", "_places")

    def __init__(
        self, bom: bytes, lines: tuple[VmxLine, ...], charset: Charset, places: _Places
    ) -> None:
        self._bom = bom
        self._lines = lines
        self._charset = charset
        self._places = places

    @classmethod
    def parse(cls, data: bytes) -> VmxDocument:
        """Read a file. A line that is no setting is kept as it is.

        Raises ``ParseError`` (``vmx.invalid``, ``line``) where the bytes are no text: a NUL byte is
        what a crash or UTF-16 leaves. Raises ``Refused`` (``vmx.encoding``) for an unknown
        ``.encoding``.
        """
        bom = _BOM if data.startswith(_BOM) else b""
        lines = tuple(split(data[len(bom) :]))
        if b"\0" in data:
            number = next(at for at, line in enumerate(lines, start=1) if b"\0" in line.raw)
            message = f"line {number} has a NUL byte: this is no VMX text"
            raise errors.ParseError(message, kind="vmx.invalid", hint=_BINARY, line=number)
        charset = _charset(lines, data)
        return cls(bom, lines, charset, _places(lines, charset))

    def to_bytes(self) -> bytes:
        """The file. Without an edit these are the bytes it was read from."""
        return self._bom + b"".join(line.raw for line in self._lines)

    @property
    def encoding(self) -> str:
        """The Python codec in use, such as ``utf-8``, ``cp1252``, ``gbk`` or ``shift_jis``."""
        return self._charset.codec

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Keys that occur more than once, spelled as on their first line."""
        return tuple(
            Duplicate(self._charset.decode(self._lines[places[0]].key or b""), _numbers(places))
            for places in self._places.values()
            if len(places) > 1
        )

    @property
    def unpaired(self) -> tuple[int, ...]:
        """The lines (1-based) of settings whose quotes do not pair; their values are unknown."""
        lines = enumerate(self._lines, start=1)
        return tuple(n for n, line in lines if line.key is not None and line.value is None)

    def refuse_duplicates(self) -> None:
        """Raise ``Refused`` (``vmx.duplicate``) if any key occurs more than once: a host that
        loads such a file calls its VM invalid."""
        for duplicate in self.duplicates:
            raise _refused(duplicate)

    def __contains__(self, key: str) -> bool:
        """Whether a key has a value, in any case."""
        places = self._places.get(key.lower(), ())
        return any(self._lines[place].value is not None for place in places)

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
        places = self._find(key)
        return self._value(places[0]) if places else None

    def set(self, key: str, value: str) -> VmxDocument:
        """Give a key a value: within its line, or in a new last line. Safe to repeat: with the
        value there already, this same document comes back.

        Raises ``Refused``: ``vmx.duplicate``, ``vmx.key`` (no such key can be written, or it is
        ``.encoding``, which says what the other bytes mean) or ``vmx.encoding`` (the file cannot
        hold the value). Raises ``ParseError`` as :meth:`get`.
        """
        place = self._single(key)
        if place is not None and self._value(place) == value:
            return self
        _check_edit(key)
        written = self._charset.write_value(value, key)
        if place is not None:
            return self._replace(place, self._lines[place].with_value(written))
        return self._append(key, self._charset.encode(key, "the key") + b' = "' + written + b'"')

    def unset(self, key: str) -> VmxDocument:
        """Remove a key's line. Safe to repeat: an absent key gives back this same document.
        Raises as :meth:`set`.

        A last line that has no line end takes that of the line before with it, so that the file
        still has none, and undoing a :meth:`set` brings back the very bytes.
        """
        place = self._single(key)
        if place is None:
            return self
        _check_edit(key)
        line = self._lines[place]
        removed = self._reread(place, b"")
        if line.end or place == 0:
            return removed
        return removed._reread(-1, removed._lines[-1].text)

    def _replace(self, place: int, line: VmxLine) -> VmxDocument:
        """With a line of the same key in a place. All else stays as it was read, unless what
        goes are bytes that may have decided which charset this is."""
        if not self._lines[place].raw.isascii():
            return self._reread(place, line.raw)
        lines = (*self._lines[:place], line, *self._lines[place + 1 :])
        return VmxDocument(self._bom, lines, self._charset, self._places)

    def _append(self, key: str, text: bytes) -> VmxDocument:
        """With one more line, for a key that is in none. What is added is text of the charset,
        and so cannot change it; but at the very start it could be taken for a BOM."""
        ends = [line.end for line in self._lines if line.end]
        end = max(dict.fromkeys(ends), key=ends.count, default=b"\n")
        if not self._lines:
            return self.parse(self._bom + text + end)
        *before, last = self._lines
        added = (last, *split(text + end)) if last.end else split(last.raw + end + text)
        places = {**self._places, key.lower(): (len(self._lines),)}
        return VmxDocument(self._bom, (*before, *added), self._charset, places)

    def _reread(self, place: int, raw: bytes) -> VmxDocument:
        """With other bytes in the place of one line, all read anew: the line ends around a line
        that goes may become one, and the charset may be another."""
        raws = [line.raw for line in self._lines]
        raws[place] = raw
        return self.parse(self._bom + b"".join(raws))

    def _value(self, place: int) -> str:
        return self._charset.read_value(self._lines[place].value or b"")

    def _find(self, key: str) -> tuple[int, ...]:
        places = self._places.get(key.lower(), ())
        for place in places:
            if self._lines[place].value is None:
                text = self._charset.decode(self._lines[place].text)
                message = f"line {place + 1}: the quotes do not pair: {text}"
                raise errors.ParseError(message, line=place + 1, text=text)
        return places

    def _single(self, key: str) -> int | None:
        _check_key(key)
        places = self._find(key)
        if len(places) > 1:
            raise _refused(Duplicate(key, _numbers(places)))
        return places[0] if places else None


def _refused(duplicate: Duplicate) -> errors.Refused:
    numbers = duplicate.lines
    return errors.Refused(
        f"{duplicate.key} is there {len(numbers)} times, on lines {', '.join(map(str, numbers))}",
        kind="vmx.duplicate",
        hint="a host calls such a VM invalid; leave only one of these lines",
        lines=numbers,
    )


def _places(lines: Iterable[VmxLine], charset: Charset) -> _Places:
    found: dict[str, tuple[int, ...]] = {}
    for place, line in enumerate(lines):
        if line.key is not None:
            key = charset.decode(line.key).lower()
            found[key] = (*found.get(key, ()), place)
    return found


def _charset(lines: Iterable[VmxLine], data: bytes) -> Charset:
    for line in lines:
        if line.key is not None and line.key.lower() == _ENCODING.encode():
            return Charset.named((line.value or b"").decode("ascii", "replace"), data)
    return Charset.guessed(data)


def _check_key(key: str) -> None:
    if not can_be_key(key):
        raise errors.Refused(f"{key!r} cannot be a VMX key", kind="vmx.key", hint=NO_KEY_HINT)


def _check_edit(key: str) -> None:
    if key.lower() == _ENCODING:
        raise errors.Refused(
            f"{_ENCODING} stays as it is: it says what the bytes of the other lines mean",
            kind="vmx.key",
        )


def _numbers(places: Iterable[int]) -> tuple[int, ...]:
    return tuple(place + 1 for place in places)
