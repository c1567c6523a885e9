"""``md5sum`` and its family, and ``diff -q``."""

from __future__ import annotations

import hashlib

from ftlab.sim.shell.applets.options import Applet, Flags, Usage
from ftlab.sim.shell.applets.text import contents
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused


def _digest(call: Call, data: bytes) -> str:
    return hashlib.new(call.name.removesuffix("sum"), data, usedforsecurity=False).hexdigest()


def _checksum(call: Call, flags: Flags, operands: list[str]) -> int:
    """``md5sum FILE…``: digest, two blanks, name; ``-c`` checks such a list."""
    failed: list[str] = []
    for name, data in contents(call, operands, failed):
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
        good = _matches(call, digest, name[1:])
        failed += [] if good else [name[1:]]
        call.out(f"{name[1:]}: {'OK' if good else 'FAILED'}\n")
    if failed:
        total = f"{len(failed)} of {len(lines)}"
        call.complain(f"WARNING: {total} computed checksums did NOT match")
    return failed


def _matches(call: Call, digest: str, name: str) -> bool:
    try:
        return _digest(call, call.content(name)) == digest.lower()
    except OSError as error:
        call.complain(f"can't open '{name}': {error.strerror}")
        return False


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


def _check_diff(words: list[str]) -> None:
    if "-q" not in words:
        raise Refused("diff without -q")


SUMS = (
    *(Applet(name, _checksum, "c") for name in ("md5sum", "sha1sum", "sha256sum", "sha512sum")),
    Applet("diff", _diff, "q", _check_diff),
)
