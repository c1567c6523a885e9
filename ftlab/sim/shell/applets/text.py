"""What files say: ``cat``, ``head``, ``tail``, ``wc``, the checksums, ``diff -q``, ``grep`` for the
plainest patterns, and ``sed -i 's/OLD/NEW/' FILE``."""

from __future__ import annotations

import hashlib
import os
import re

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.applets.applet import Flags, Usage, applet, each
from ftlab.sim.shell.call import Call, Refused

_BLOCK = 1 << 16
_OPEN = "can't open '{}'"
_BASIC = re.compile(
    r"(\^?)((?:(?:\\[.*^$\[\]/\\-]|\[\^?[A-Za-z0-9_ :.-]+\]|[^\\\[*^$])\*?)*)(\$?)", re.DOTALL
)
"""A basic expression of characters, ``.``, ``[…]``, ``*``, ``^`` and ``$``."""


@applet("cat")
def _cat(call: Call, _flags: Flags, operands: list[str]) -> int:
    if operands in ([], ["-"]):
        while block := call.stdin(_BLOCK):
            call.state.wait(0)
            call.out(block)
        return 0
    return each(call, operands, _OPEN, lambda name: call.out(call.content(name)))


@applet("head", "tail", letters="n:c:0123456789", form=r"( -\d+(?= |\Z))?(?!.* -\d).*")
def _part(call: Call, flags: Flags, operands: list[str]) -> int:
    """``-5`` is an old way to write ``-n 5``."""
    old = re.match(r"-(\d+)", "".join(call.argv[1:2]))
    count = flags.get("c") or flags.get("n") or (old[1] if old else "10")
    if not re.fullmatch(r"\+?\d+", count) or (count[0] == "+" and call.name == "head"):
        raise Usage(f"invalid number '{count}'")

    def show(name: str) -> None:
        data = call.content(name)
        if len(operands) > 1:
            call.out(f"{'' if name == operands[0] else chr(10)}==> {name} <==\n")
        pieces = data if "c" in flags else re.findall(rb"[^\n]*\n|[^\n]+", data)
        start = int(count) - 1 if count.startswith("+") else len(pieces) - int(count)
        chosen = pieces[: int(count)] if call.name == "head" else pieces[max(start, 0) :]
        call.out(chosen if isinstance(chosen, bytes) else b"".join(chosen))

    return each(call, operands or ["-"], _OPEN, show)


@applet("wc", letters="lwc")
def _wc(call: Call, flags: Flags, operands: list[str]) -> int:
    chosen = [letter for letter in "lwc" if letter in flags] or list("lwc")
    rows: list[tuple[str, list[int]]] = []

    def count(name: str) -> None:
        data = call.content(name)
        sizes = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
        rows.append((f" {name}" if operands else "", [sizes[letter] for letter in chosen]))

    status = each(call, operands or ["-"], _OPEN, count)
    if len(operands) > 1:
        columns = zip(*(row for _, row in rows), strict=True)
        rows.append((" total", [sum(column) for column in columns]))
    width = 1 if len(chosen) == 1 else 9
    for name, row in rows:
        call.out(" ".join(f"{value:>{width}}" for value in row) + f"{name}\n")
    return status


@applet("md5sum", "sha1sum", "sha256sum", "sha512sum", letters="c")
def _checksum(call: Call, flags: Flags, operands: list[str]) -> int:
    """``md5sum FILE…``: digest, two blanks, name; ``-c`` checks such a list."""

    def show(name: str) -> int:
        data = call.content(name)
        if "c" in flags:
            return _check(call, data)
        call.out(f"{_digest(call, data)}  {name}\n")
        return 0

    return each(call, operands or ["-"], _OPEN, show)


def _digest(call: Call, data: bytes) -> str:
    return hashlib.new(call.name.removesuffix("sum"), data, usedforsecurity=False).hexdigest()


def _check(call: Call, listing: bytes) -> int:
    lines = os.fsdecode(listing).splitlines()
    failed = 0
    for line in lines:
        digest, _, name = line.partition(" ")
        try:
            good = _digest(call, call.content(name[1:])) == digest.lower()
        except OSError as error:
            good = not call.complain(f"can't open '{name[1:]}': {error.strerror}")
        failed += not good
        call.out(f"{name[1:]}: {'OK' if good else 'FAILED'}\n")
    if failed:
        call.complain(f"WARNING: {failed} of {len(lines)} computed checksums did NOT match")
    return int(failed > 0)


@applet("diff", letters="q", form=" -q .*")
def _diff(call: Call, _flags: Flags, operands: list[str]) -> int:
    """0 for equal files, 1 for different ones, 2 where one cannot be read."""
    if len(operands) != 2:
        raise Usage("usage: diff [-q] FILE1 FILE2")
    found: list[bytes] = []
    if each(call, operands, "can't stat '{}'", lambda name: found.append(call.content(name))):
        return 2
    if found[0] != found[1]:
        call.out(f"Files {operands[0]} and {operands[1]} differ\n")
    return int(found[0] != found[1])


@applet("grep", letters="qvinclF")
def _grep(call: Call, flags: Flags, operands: list[str]) -> int:
    """0 where a line matched, 1 where none did, 2 where a file could not be read."""
    if not operands:
        raise Usage("usage: grep [-qvinclF] PATTERN FILE...")
    pattern, *names = operands
    search = _compiled(pattern, flags)
    found = False

    def look(name: str) -> None:
        nonlocal found
        data = call.content(name)
        lines = data.removesuffix(b"\n").split(b"\n") if data else []
        hits = [(at, line) for at, line in enumerate(lines, 1)
                if bool(search.search(line)) != ("v" in flags)]  # fmt: skip
        found = found or bool(hits)
        shown = "(standard input)" if name == "-" else name
        _show(call, flags, shown, f"{shown}:" if len(names) > 1 else "", hits)

    status = each(call, names or ["-"], "{}", look)
    return 2 if status and not ("q" in flags and found) else int(not found)


def _show(call: Call, flags: Flags, name: str, prefix: str, hits: list[tuple[int, bytes]]) -> None:
    if "q" in flags:
        return
    if "c" in flags:
        call.out(f"{prefix}{len(hits)}\n")
    elif "l" in flags:
        call.out(f"{name}\n" if hits else "")
    else:
        for at, line in hits:
            call.out(encode(prefix + (f"{at}:" if "n" in flags else "")) + line + b"\n")


def _compiled(pattern: str, flags: Flags) -> re.Pattern[bytes]:
    """A fixed string (``-F``) or a plain basic expression. Raises :class:`Refused` for others."""
    if "F" in flags:
        made = "|".join(map(re.escape, pattern.split("\n")))
    elif plain := _BASIC.fullmatch(pattern):
        start, body, end = plain.groups()
        made = start + re.sub(r"[+?{}|()]", r"\\\g<0>", body) + (r"\Z" if end else "")
    else:
        raise Refused(f"the pattern '{pattern}'")
    try:
        return re.compile(encode(made), re.IGNORECASE if "i" in flags else 0)
    except re.error as error:
        raise Refused(f"the pattern '{pattern}'") from error


@applet(
    "sed",
    letters=None,
    form=r" -i s([/#|,])(?!\1)\^?((?!\1)[^\\&\[*^$\n ]|\.\*)*\$?\1((?!\1)[^\\&\n ])*\1 [^ ]+",
)
def _sed(call: Call, _flags: Flags, words: list[str]) -> int:
    """OLD is plain but for ``^``, ``$``, ``.`` and ``.*``."""
    _, old, new, _ = words[1].split(words[1][1])
    search = _compiled(old, {})

    def edit(name: str) -> None:
        file = call.path(name)
        *lines, rest = file.read_bytes().split(b"\n")
        changed = [search.sub(lambda _: encode(new), line, count=1) for line in (*lines, rest)]
        file.write_bytes(b"\n".join(changed if rest else [*changed[:-1], b""]))

    return each(call, words[2:], "{}", edit)
