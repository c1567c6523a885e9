"""``md5sum`` and its family, ``diff``."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.applets.options import Usage, checked, options
from ftlab.sim.shell.applets.text import content, contents
from ftlab.sim.shell.call import Call


def _digest(call: Call, data: bytes) -> str:
    name = call.argv[0].rpartition("/")[2].removesuffix("sum")
    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


def checksum(call: Call) -> int:
    """``md5sum FILE…``: digest, two blanks, name; ``-c`` checks such a list."""
    flags, operands = options(call, "cswb")
    failed: list[str] = []
    for name, data in contents(call, operands, failed):
        if "c" in flags:
            failed += _check(call, data, quiet="s" in flags)
        else:
            call.out(f"{_digest(call, data)}  {name}\n")
    return 1 if failed else 0


def _check(call: Call, listing: bytes, *, quiet: bool) -> list[str]:
    failed: list[str] = []
    lines = listing.decode("utf-8", "surrogateescape").splitlines()
    for line in lines:
        digest, _, name = line.partition(" ")
        name = name[1:]
        good = _matches(call, digest, name)
        failed += [] if good else [name]
        if not quiet:
            call.out(f"{name}: {'OK' if good else 'FAILED'}\n")
    if failed and not quiet:
        total = len(lines)
        call.complain(f"WARNING: {len(failed)} of {total} computed checksums did NOT match")
    return failed


def _matches(call: Call, digest: str, name: str) -> bool:
    try:
        return _digest(call, content(call, name)) == digest.lower()
    except OSError as error:
        call.complain(f"can't open '{name}': {error.strerror}")
        return False


def diff(call: Call) -> int:
    """0 for equal files, 1 for different ones, 2 where one cannot be read; always unified."""
    flags, operands = options(call, "qubBiwasN")
    if len(operands) != 2:
        raise Usage("usage: diff [-q] FILE1 FILE2")
    try:
        left, right = (content(call, operand) for operand in operands)
    except OSError as error:
        missing = next((one for one in operands if not call.path(one).is_file()), operands[0])
        return call.complain(f"can't stat '{missing}': {error.strerror}", 2)
    if left == right:
        return 0
    if "q" in flags:
        call.out(f"Files {operands[0]} and {operands[1]} differ\n")
    else:
        call.out(_unified(left, right, operands))
    return 1


def _unified(left: bytes, right: bytes, names: list[str]) -> bytes:
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        left.splitlines(keepends=True),
        right.splitlines(keepends=True),
        encode(names[0]),
        encode(names[1]),
    )
    ending = b"\n\\ No newline at end of file\n"
    return b"".join(line if line.endswith(b"\n") else line + ending for line in lines)


SUMS: dict[str, Callable[[Call], int]] = {
    **dict.fromkeys(("md5sum", "sha1sum", "sha256sum", "sha512sum"), checked(checksum)),
    "diff": checked(diff),
}
