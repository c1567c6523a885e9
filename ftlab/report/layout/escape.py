"""Text from a host, made harmless: for a terminal, and for a JSON document."""

from __future__ import annotations

from ftlab.regex import regex

#: Code points that surrogateescape makes of bytes that are not UTF-8 (0xDC80 to 0xDCFF), and any
#: other half of a pair.
_SURROGATE = regex("[\ud800-\udfff]")
_FIRST_ESCAPED_BYTE = 0xDC80
_LAST_ESCAPED_BYTE = 0xDCFF
_NAMED = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def escape(text: str, *, keep: str = "") -> str:
    r"""``text`` on which a terminal does nothing but print: control and format characters
    (escape sequences, direction marks) and undecodable bytes are shown as ``\x1b``, ``\u202e``…
    The characters in ``keep`` (such as a newline) pass as they are. Safe to repeat."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _escaped(char) for char in text)


def without_surrogates(text: str) -> str:
    r"""``text`` that can be encoded as UTF-8: each undecodable byte is shown as ``\xff``."""
    return text if text.isascii() else _SURROGATE.sub(lambda found: _escaped(found[0]), text)


def _escaped(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    code = ord(char)
    if _FIRST_ESCAPED_BYTE <= code <= _LAST_ESCAPED_BYTE:
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
