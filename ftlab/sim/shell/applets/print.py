"""``echo`` and ``printf``, as BusyBox has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.call import Call

_SIMPLE = {"a": 7, "b": 8, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92}
_ESCAPE = re.compile(rb"\\(?:0([0-7]{0,3})|([1-7][0-7]{0,2})|x([0-9a-fA-F]{1,2})|([abefnrtv\\]))")
_DIRECTIVE = re.compile(r"%([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?([a-zA-Z%])")


def unescape(text: str) -> bytes:
    """Backslash escapes into bytes; unknown ones stay as they are."""
    return _ESCAPE.sub(_character, encode(text))


def _character(found: re.Match[bytes]) -> bytes:
    zero, octal, hexadecimal, letter = found.groups()
    if letter is not None:
        return bytes([_SIMPLE[letter.decode()]])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    return bytes([int(zero or octal or b"0", 8) & 0xFF])


def echo(call: Call) -> int:
    """``echo [-n] [-e] [-E] TEXT…``"""
    words = list(call.arguments)
    flags = ""
    while words and re.fullmatch(r"-[neE]+", words[0]):
        flags += words.pop(0)[1:]
    line = " ".join(words)
    data = unescape(line) if "e" in flags else encode(line)
    call.out(data + (b"" if "n" in flags else b"\n"))
    return 0


def printf(call: Call) -> int:
    """``printf FORMAT ARGUMENT…``: the format repeats until the arguments are used up."""
    if not call.arguments:
        return call.complain("usage: printf FORMAT [ARG]...", 2)
    pattern, values = call.arguments[0], list(call.arguments[1:])
    while True:
        before = len(values)
        call.out(b"".join(_formatted(pattern, values)))
        if not values or len(values) == before:
            return 0


def _formatted(pattern: str, values: list[str]) -> Iterator[bytes]:
    at = 0
    for found in _DIRECTIVE.finditer(pattern):
        yield unescape(pattern[at : found.start()])
        at = found.end()
        yield _one(found, values)
    yield unescape(pattern[at:])


def _one(found: re.Match[str], values: list[str]) -> bytes:
    flags, width, precision, kind = found.groups()
    if kind == "%":
        return b"%"
    width = _next(values) if width == "*" else width
    precision = _next(values) if precision == "*" else precision
    value = _next(values)
    if kind in "diuxXo":
        return encode(f"%{flags}{width}{kind if kind != 'u' else 'd'}" % _integer(value))
    data = unescape(value) if kind == "b" else encode(value)
    data = data[:1] if kind == "c" else data
    data = data if precision is None else data[: int(precision or 0)]
    size = int(width or 0)
    return data.ljust(size) if "-" in flags else data.rjust(size)


def _next(values: list[str]) -> str:
    return values.pop(0) if values else ""


def _integer(text: str) -> int:
    if text[:1] in ("'", '"') and len(text) > 1:
        return ord(text[1])
    try:
        return int(text, 8 if re.fullmatch(r"[-+]?0[0-7]+", text) else 0) if text else 0
    except ValueError:
        return 0


PRINTERS: dict[str, Callable[[Call], int]] = {"echo": echo, "printf": printf}
