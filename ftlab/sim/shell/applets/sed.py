"""``sed``: lines and ranges, ``s///``, ``p``, ``d`` and ``q``; with ``-i`` in the file itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.applets.grep import translated
from ftlab.sim.shell.applets.options import Usage, checked, options
from ftlab.sim.shell.applets.text import content
from ftlab.sim.shell.call import Call

_ADDRESS = re.compile(r"\s*(?:(\d+)|(\$)|/((?:[^/\\]|\\.)*)/)")
_FLAGS = re.compile(r"[gpIi0-9]*")
_REFERENCE = re.compile(rb"\\(.)|&", re.DOTALL)

Address = int | str | re.Pattern[bytes]
"""A line number, ``"$"`` for the last line, or what a line must match."""


@dataclass
class Step:
    """One command of the script, where it applies, and whether its range is open."""

    verb: str
    addresses: list[Address]
    negated: bool = False
    search: re.Pattern[bytes] = re.compile(b"")
    new: bytes = b""
    flags: str = ""
    open: bool = field(default=False)

    def applies(self, number: int, line: bytes, *, last: bool) -> bool:
        return self._in_range(number, line, last=last) != self.negated

    def _in_range(self, number: int, line: bytes, *, last: bool) -> bool:
        if len(self.addresses) < 2:
            return all(_meets(one, number, line, last=last) for one in self.addresses)
        first, end = self.addresses
        inside = self.open or _meets(first, number, line, last=last)
        if isinstance(end, int):
            self.open = inside and number < end
        else:
            self.open = inside and not (self.open and _meets(end, number, line, last=last))
            self.open = self.open and not last
        return inside

    def substituted(self, line: bytes) -> tuple[bytes, bool]:
        """The line after ``s``, and whether anything was replaced."""
        wanted = int("".join(re.findall(r"\d", self.flags)) or 1)
        every, count = "g" in self.flags, 0

        def one(found: re.Match[bytes]) -> bytes:
            nonlocal count
            count += 1
            chosen = count >= wanted if every else count == wanted
            return _filled(self.new, found) if chosen else found.group()

        made = self.search.sub(one, line)
        return made, count >= wanted


def _meets(address: Address, number: int, line: bytes, *, last: bool) -> bool:
    if isinstance(address, int):
        return number == address
    return last if isinstance(address, str) else bool(address.search(line))


def _filled(new: bytes, found: re.Match[bytes]) -> bytes:
    def part(mark: re.Match[bytes]) -> bytes:
        char = mark.group(1)
        if char is None:
            return found.group()
        if char.isdigit():
            return found.group(int(char)) or b""
        return {b"n": b"\n", b"t": b"\t"}.get(char, char)

    return _REFERENCE.sub(part, new)


def _pattern(text: str, extended: bool, *, fold: bool = False) -> re.Pattern[bytes]:
    made = encode(translated(text, extended, capturing=True))
    return re.compile(made, re.IGNORECASE if fold else 0)


def parse(script: str, extended: bool) -> Iterator[Step]:
    """The steps of a script. Raises ``Usage`` for what this sed does not know."""
    at = 0
    while at < len(script):
        if script[at] in " \t\n;":
            at += 1
            continue
        addresses: list[Address] = []
        while found := _ADDRESS.match(script, at):
            number, last, text = found.groups()
            addresses.append(int(number) if number else last or _pattern(text, extended))
            at = found.end() + 1 if script[found.end() : found.end() + 1] == "," else found.end()
        negated = script[at : at + 1] == "!"
        at += negated
        verb = script[at : at + 1]
        if not verb or verb not in "spdq" or len(addresses) > 2:
            raise Usage(f"unsupported command {verb}")
        step = Step(verb, addresses, negated)
        at = _substitution(script, at + 1, step, extended) if verb == "s" else at + 1
        yield step


def _substitution(script: str, at: int, step: Step, extended: bool) -> int:
    """Read the rest of an ``s`` command into ``step``; gives the place after it."""
    mark = re.escape(script[at : at + 1] or "\n")
    part = rf"((?:[^\\{mark}]|\\.)*)" if mark != r"\\" else "(?!)"
    found = re.compile(rf"{mark}{part}{mark}{part}{mark}", re.DOTALL).match(script, at)
    if found is None:
        raise Usage("unmatched '/'" if mark == "/" else f"unmatched '{script[at : at + 1]}'")
    flags = _FLAGS.match(script, found.end())
    step.flags = flags.group() if flags else ""
    old, new = (re.sub(rf"\\({mark})", r"\1", one) for one in found.groups())
    step.search = _pattern(old, extended, fold="i" in step.flags.lower())
    step.new = encode(new)
    return found.end() + len(step.flags)


def sed(call: Call) -> int:
    """``sed [-n] [-E|-r] [-i] [-e] SCRIPT [FILE…]``."""
    flags, operands = options(call, "nErie:")
    if "e" not in flags and not operands:
        raise Usage("usage: sed [-inrE] [-e CMD]... [FILE]...")
    script = flags["e"] if "e" in flags else operands.pop(0)
    extended, quiet = bool({"E", "r"} & flags.keys()), "n" in flags
    try:
        if "i" in flags:
            return each(call, operands, lambda name: _replace(call, name, script, extended, quiet))
        data, failed = _joined(call, operands)
        call.out(edited(list(parse(script, extended)), data, quiet))
    except (re.error, IndexError) as error:
        return call.complain(f"bad regex: {error}")
    return 1 if failed else 0


def each(call: Call, names: list[str], work: Callable[[str], None]) -> int:
    """Do ``work`` for each file; one that fails is told, status 1."""
    status = 0
    for name in names:
        try:
            work(name)
        except OSError as error:
            status = call.complain(f"{name}: {error.strerror}")
    return status


def _joined(call: Call, operands: list[str]) -> tuple[bytes, int]:
    """All files as one, a line end between two of them, and the status of reading them."""
    found: list[bytes] = []
    status = each(call, operands or ["-"], lambda name: found.append(content(call, name)))
    whole = [data for data in found if data]
    ended = [data if data.endswith(b"\n") else data + b"\n" for data in whole[:-1]]
    return b"".join([*ended, *whole[-1:]]), status


def _replace(call: Call, name: str, script: str, extended: bool, quiet: bool) -> None:
    """``-i``: a new file with the mode of the old one takes its place, also that of a link."""
    local = call.path(name)
    made = edited(list(parse(script, extended)), local.read_bytes(), quiet)
    new = local.with_name(f".{local.name}.sed")
    new.write_bytes(made)
    new.chmod(local.stat().st_mode & 0o7777)
    new.replace(local)


def edited(steps: list[Step], data: bytes, quiet: bool) -> bytes:
    """``data`` after the steps; a last line without its end stays without it."""
    shown = list(_shown(steps, re.findall(rb"[^\n]*\n|[^\n]+", data), quiet))
    text = b"\n".join(line for line, _ in shown)
    return text + b"\n" if shown and shown[-1][1] else text


def _shown(steps: list[Step], lines: list[bytes], quiet: bool) -> Iterator[tuple[bytes, bool]]:
    """Each line that is printed, and whether its line end is there."""
    for number, raw in enumerate(lines, 1):
        ended, last = raw.endswith(b"\n"), number == len(lines)
        line, kept, over = raw.removesuffix(b"\n"), True, False
        for step in steps:
            if not step.applies(number, line, last=last):
                continue
            shown = step.verb == "p"
            if step.verb == "s":
                line, replaced = step.substituted(line)
                shown = replaced and "p" in step.flags
            if shown:  # BusyBox's p always ends its line
                yield line, ended or step.verb == "p"
            kept, over = step.verb != "d", step.verb == "q"
            if not kept or over:
                break
        if kept and not quiet:
            yield line, ended
        if over:
            return


SEDS: dict[str, Callable[[Call], int]] = {"sed": checked(sed)}
