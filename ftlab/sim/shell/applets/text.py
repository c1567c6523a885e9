"""``cat``, ``head``, ``tail`` and ``wc``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftlab.sim.shell.applets.options import Applet, Flags, Usage
from ftlab.sim.shell.call import Call

_BLOCK = 1 << 16


def contents(call: Call, operands: list[str], failed: list[str]) -> Iterator[tuple[str, bytes]]:
    """Each operand with its bytes (none: standard input); ``failed`` collects the others."""
    for operand in operands or ["-"]:
        try:
            data = call.content(operand)
        except OSError as error:
            failed.append(operand)
            call.complain(f"can't open '{operand}': {error.strerror}")
            continue
        yield operand, data


def _cat(call: Call, _flags: Flags, operands: list[str]) -> int:
    if operands in ([], ["-"]):
        while block := call.stdin(_BLOCK):
            call.state.wait(0)
            call.out(block)
        return 0
    failed: list[str] = []
    for _, data in contents(call, operands, failed):
        call.out(data)
    return 1 if failed else 0


def _lines(data: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", data)


def _head(call: Call, flags: Flags, operands: list[str]) -> int:
    return _part(call, flags, operands, lambda pieces, count: pieces[: int(count)])


def _tail(call: Call, flags: Flags, operands: list[str]) -> int:
    def last(pieces: bytes | list[bytes], count: str) -> bytes | list[bytes]:
        if count.startswith("+"):
            return pieces[max(int(count) - 1, 0) :]
        return pieces[max(len(pieces) - int(count), 0) :]

    return _part(call, flags, operands, last)


def _part(call: Call, flags: Flags, operands: list[str], choose: object) -> int:
    assert callable(choose)  # noqa: S101 - for its type
    failed: list[str] = []
    count = flags.get("c", flags.get("n", "10"))
    if not re.fullmatch(r"\+?\d+", count) or (count[0] == "+" and call.name == "head"):
        raise Usage(f"invalid number '{count}'")
    for name, data in contents(call, operands, failed):
        if len(operands) > 1:
            call.out(f"{'' if name == operands[0] else chr(10)}==> {name} <==\n")
        rest = choose(data if "c" in flags else _lines(data), count)
        call.out(rest if isinstance(rest, bytes) else b"".join(rest))
    return 1 if failed else 0


def _count_first(words: list[str]) -> None:
    """``-5`` is an old way to write ``-n 5``."""
    if words and re.fullmatch(r"-\d+", words[0]):
        words[:1] = ["-n", words[0][1:]]


def _wc(call: Call, flags: Flags, operands: list[str]) -> int:
    failed: list[str] = []
    chosen = [letter for letter in "lwc" if letter in flags] or list("lwc")
    totals = [0] * len(chosen)
    for name, data in contents(call, operands, failed):
        sizes = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
        values = [sizes[letter] for letter in chosen]
        totals = [a + b for a, b in zip(totals, values, strict=True)]
        call.out(_counted(values, name if operands else ""))
    if len(operands) > 1:
        call.out(_counted(totals, "total"))
    return 1 if failed else 0


def _counted(values: list[int], name: str) -> str:
    width = 1 if len(values) == 1 else 9
    return " ".join([*(f"{value:>{width}}" for value in values), *([name] if name else [])]) + "\n"


TEXTS = (
    Applet("cat", _cat),
    Applet("head", _head, "n:c:", _count_first),
    Applet("tail", _tail, "n:c:", _count_first),
    Applet("wc", _wc, "lwc"),
)
