"""A log in hand, whatever it has been through: packed by gzip under any name, or in UTF-16, as
PowerShell's ``>`` writes. What it is, its bytes tell; a name may say anything."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field
from typing import Any, BinaryIO

from ftlab.errors import UsageError
from ftlab.frozen import frozen, mutable
from ftlab.regex import regex
from ftlab.user_files import expanded

_MOST = 64 * 1024 * 1024
"""Bytes of a log, unpacked, that are read; the newest count."""
_STEP = 1 << 20
_SAMPLE = 4096
_GZIP = b"\x1f\x8b"
_TAR_AT = 257
_PACKED = (
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x1f\x9d", "compress"),
)
_HOLE = regex(rb"\0{64,}")
"""What a crash leaves in a log, or at its end, is none of its text."""
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


@frozen
class LogText:
    """``note`` says what could not be read; empty where all could."""

    text: str
    note: str = ""


@mutable
class _Newest:
    """The end of a stream, without ever holding much more; ``head`` is its beginning, ``size`` what
    has come by now."""

    kept: bytearray = field(default_factory=bytearray)
    head: bytes = b""
    size: int = 0

    def take(self, block: bytes) -> None:
        self.size += len(block)
        if len(self.head) < _SAMPLE:
            self.head += block[:_SAMPLE]
        self.kept += block
        if len(self.kept) > 2 * _MOST:
            del self.kept[:-_MOST]

    def end(self, width: int) -> bytearray:
        """Whole characters of so many bytes."""
        kept = self.kept[-_MOST:]
        return kept[-(self.size - len(kept)) % width :]


def read_log_file(file: str) -> LogText:
    """The newest part of a log (``-``: standard input). Raises ``UsageError`` where there is no
    text in it, or none that can be read."""
    found = _Newest()
    try:
        with _opened(file) as stream:
            note = _take_all(file, stream, found)
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from error
    if note and not found.size:
        raise _unreadable(file, note)
    _refuse_packed(file, found.head)
    return LogText(_decoded(file, found), f"{note}; what comes before was read" if note else "")


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if file == "-" else expanded(file).open("rb")


def _take_all(file: str, stream: BinaryIO, found: _Newest) -> str:
    """Why not all of the stream was taken; empty where it was."""
    first = stream.read(_STEP)
    _refuse_packed(file, first)
    blocks = _blocks(first, stream)
    try:
        for block in _unpacked(blocks) if first.startswith(_GZIP) else blocks:
            found.take(block)
    except _Damaged as damage:
        return str(damage)
    return ""


def _blocks(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield first
    while block := stream.read(_STEP):
        yield block


class _Damaged(Exception):
    """Packed bytes that cannot be unpacked any further."""


def _unpacked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """What one gzip file, or several one after the other, hold."""
    unpack, begun = _gunzip(), False
    for block in blocks:
        rest = block
        while rest:
            try:
                yield unpack.decompress(rest, _STEP)
            except zlib.error as error:
                raise _Damaged(f"it is damaged ({error})") from error
            rest, begun = unpack.unconsumed_tail, True
            if unpack.eof:
                rest = unpack.unused_data.lstrip(b"\0")
                unpack, begun = _gunzip(), False
                if not _GZIP.startswith(rest[:2]):
                    raise _Damaged("what follows its packed part is not packed")
    if begun:
        yield unpack.flush()
        raise _Damaged("it ends before its end: it was cut, or is still being written")


def _gunzip() -> Any:
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _refuse_packed(file: str, head: bytes) -> None:
    packer = next((name for magic, name in _PACKED if head.startswith(magic)), None)
    if packer is None and head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        packer = "tar"
    if packer is not None:
        raise UsageError(
            f"--log {file}: packed by {packer}: unpack it first", hint="--log takes one log"
        )


def _decoded(file: str, found: _Newest) -> str:
    for mark, name in _MARKS:
        if found.head.startswith(mark):
            return _text_of(found, name).removeprefix("\ufeff")
    sample = found.head[:_SAMPLE]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    for few, many, name in ((first, second, "utf-16-le"), (second, first, "utf-16-be")):
        if many * 4 > len(sample) and many > 8 * few:  # no mark, but every second byte is zero
            return _text_of(found, name)
    written = _HOLE.sub(b"", found.kept)
    if written.count(0) * 4 > len(written) or (found.kept and not written):
        raise UsageError(f"--log {file}: there is no text in it", hint="--log takes one log")
    return _text_of(found, "utf-8")


def _text_of(found: _Newest, encoding: str) -> str:
    if encoding == "utf-8":
        return found.end(1).decode(encoding, "surrogateescape")
    return found.end(2).decode(encoding, "replace")


def _unreadable(file: str, why: str) -> UsageError:
    return UsageError(f"--log {file}: cannot be read: {why}")
