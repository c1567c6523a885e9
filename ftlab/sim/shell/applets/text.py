"""What reads whole files: ``cat``, ``head``, ``tail``, ``wc``, the checksums and ``diff -q``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ftlab.sim.shell.applets.applet import Flags, Usage, applet
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused

_BLOCK = 1 << 16


def _contents(call: Call, operands: list[str], failed: list[str]) -> Iterator[tuple[str, bytes]]:
    """Each operand with its bytes (none: standard input); ``failed`` collects the others."""
    for operand in operands or ["-"]:
        try:
            data = call.content(operand)
        except OSError as error:
            failed.append(operand)
            call.complain(f"can't open '{operand}': {error.strerror}")
            continue
        yield operand, data


@applet("cat")
def _cat(call: Call, _flags: Flags, operands: list[str]) -> int:
    if operands in ([], ["-"]):
        while block := call.stdin(_BLOCK):
            call.state.wait(0)
            call.out(block)
        return 0
    failed: list[str] = []
    for _, data in _contents(call, operands, failed):
        call.out(data)
    return 1 if failed else 0


def _count_first(words: list[str]) -> None:
    """``-5`` is an old way to write ``-n 5``."""
    if words and re.fullmatch(r"-\d+", words[0]):
        words[:1] = ["-n", words[0][1:]]


@applet("head", "tail", letters="n:c:", check=_count_first)
def _part(call: Call, flags: Flags, operands: list[str]) -> int:
    failed: list[str] = []
    count = flags.get("c", flags.get("n", "10"))
    if not re.fullmatch(r"\+?\d+", count) or (count[0] == "+" and call.name == "head"):
        raise Usage(f"invalid number '{count}'")
    for name, data in _contents(call, operands, failed):
        if len(operands) > 1:
            call.out(f"{'' if name == operands[0] else chr(10)}==> {name} <==\n")
        pieces = data if "c" in flags else re.findall(rb"[^\n]*\n|[^\n]+", data)
        start = int(count) - 1 if count.startswith("+") else len(pieces) - int(count)
        chosen = pieces[: int(count)] if call.name == "head" else pieces[max(start, 0) :]
        call.out(chosen if isinstance(chosen, bytes) else b"".join(chosen))
    return 1 if failed else 0


@applet("wc", letters="lwc")
def _wc(call: Call, flags: Flags, operands: list[str]) -> int:
    failed: list[str] = []
    chosen = [letter for letter in "lwc" if letter in flags] or list("lwc")
    rows: list[tuple[str, list[int]]] = []
    for name, data in _contents(call, operands, failed):
        sizes = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
        rows.append((name if operands else "", [sizes[letter] for letter in chosen]))
    if len(operands) > 1:
        sums = [sum(row[at] for _, row in rows) for at in range(len(chosen))]
        rows.append(("total", sums))
    width = 1 if len(chosen) == 1 else 9
    for name, row in rows:
        call.out(" ".join([*(f"{value:>{width}}" for value in row), *([name] * bool(name))]) + "\n")
    return 1 if failed else 0


def _digest(call: Call, data: bytes) -> str:
    return hashlib.new(call.name.removesuffix("sum"), data, usedforsecurity=False).hexdigest()


@applet("md5sum", "sha1sum", "sha256sum", "sha512sum", letters="c")
def _checksum(call: Call, flags: Flags, operands: list[str]) -> int:
    """``md5sum FILE…``: digest, two blanks, name; ``-c`` checks such a list."""
    failed: list[str] = []
    for name, data in _contents(call, operands, failed):
        if "c" in flags:
            failed += _check(call, data)
        else:
            call.out(f"{_digest(call, data)}  {name}\n")
    return 1 if failed else 0


def _check(call: Call, listing: bytes) -> list[str]:
    failed: list[str] = []
    lines = listing.decode("utf-8", "surrogateescape").splitlines()
    for line in lines:
        digest, _, name = line.partition(" ")
        try:
            good = _digest(call, call.content(name[1:])) == digest.lower()
        except OSError as error:
            call.complain(f"can't open '{name[1:]}': {error.strerror}")
            good = False
        failed += [] if good else [name[1:]]
        call.out(f"{name[1:]}: {'OK' if good else 'FAILED'}\n")
    if failed:
        total = f"{len(failed)} of {len(lines)}"
        call.complain(f"WARNING: {total} computed checksums did NOT match")
    return failed


def _check_diff(words: list[str]) -> None:
    if "-q" not in words:
        raise Refused("diff without -q")


@applet("diff", letters="q", check=_check_diff)
def _diff(call: Call, _flags: Flags, operands: list[str]) -> int:
    """0 for equal files, 1 for different ones, 2 where one cannot be read."""
    if len(operands) != 2:
        raise Usage("usage: diff [-q] FILE1 FILE2")
    try:
        left, right = (call.content(operand) for operand in operands)
    except OSError as error:
        missing = next((one for one in operands if not call.path(one).is_file()), operands[0])
        return call.complain(f"can't stat '{missing}': {error.strerror}", 2)
    if left != right:
        call.out(f"Files {operands[0]} and {operands[1]} differ\n")
    return int(left != right)
