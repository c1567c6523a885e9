"""``grep``, ``egrep`` and ``fgrep``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.applets.options import Usage, checked, number, options
from ftlab.sim.shell.applets.text import content
from ftlab.sim.shell.call import Call

_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z",
    "space": r"\s", "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_ATOM = re.compile(r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\\.|.", re.DOTALL)


def grep(call: Call) -> int:
    """0 where a line matched, 1 where none did, 2 where a file could not be read."""
    flags, operands = options(call, "iFEqvcnlHhoxwe:sm:rL")
    if "e" not in flags and not operands:
        raise Usage("usage: grep [-HhnlLoqvsmFEwx] PATTERN FILE...")
    pattern = flags["e"] if "e" in flags else operands.pop(0)
    try:
        search = _compiled(call, flags, pattern)
    except re.error as error:
        return call.complain(f"bad regex '{pattern}': {error.msg}", 2)
    found = trouble = False
    for name in operands or ["-"]:
        try:
            data = content(call, name)
        except OSError as error:
            trouble = True
            if "s" not in flags:
                call.complain(f"{name}: {error.strerror}")
            continue
        titled = (len(operands) > 1 or "H" in flags) and "h" not in flags
        lines = list(_matching(flags, search, data))
        found = bool(lines) or found
        _show(call, flags, name, f"{name}:" if titled else "", _pieces(flags, search, lines))
    return 2 if trouble and not ("q" in flags and found) else 0 if found else 1


def _pieces(
    flags: dict[str, str], search: re.Pattern[bytes], lines: list[tuple[int, bytes]]
) -> list[tuple[int, bytes]]:
    """With ``-o`` only what matched, each on a line of its own."""
    if "o" not in flags:
        return lines
    return [(at, found.group()) for at, line in lines for found in search.finditer(line)]


def _show(
    call: Call, flags: dict[str, str], name: str, prefix: str, lines: list[tuple[int, bytes]]
) -> None:
    if "c" in flags:
        call.out(f"{prefix}{len(lines)}\n")
    elif "l" in flags:
        call.out(f"{name}\n" if lines else "")
    elif "q" not in flags:
        for at, line in lines:
            call.out(encode(prefix + (f"{at}:" if "n" in flags else "")) + line + b"\n")


def _matching(
    flags: dict[str, str], search: re.Pattern[bytes], data: bytes
) -> Iterator[tuple[int, bytes]]:
    left = number(flags["m"]) if "m" in flags else -1
    lines = data.removesuffix(b"\n").split(b"\n") if data else []
    for at, line in enumerate(lines, 1):
        if left == 0:
            return
        if bool(search.search(line)) != ("v" in flags):
            left -= 1
            yield at, line


def _compiled(call: Call, flags: dict[str, str], pattern: str) -> re.Pattern[bytes]:
    fixed = "F" in flags or call.argv[0].endswith("fgrep")
    extended = "E" in flags or call.argv[0].endswith("egrep")
    choices = pattern.split("\n")
    texts = [re.escape(one) if fixed else translated(one, extended) for one in choices]
    text = "|".join(f"(?:{one})" for one in texts)
    if "x" in flags:
        text = rf"\A(?:{text})\Z"
    elif "w" in flags:
        text = rf"(?<!\w)(?:{text})(?!\w)"
    return re.compile(encode(text), re.IGNORECASE if "i" in flags else 0)


def translated(pattern: str, extended: bool, *, capturing: bool = False) -> str:
    """A POSIX basic or extended expression in Python's notation; its groups capture if asked."""
    made = ""
    for found in _ATOM.finditer(pattern):
        atom = found.group()
        if atom.startswith("[") and len(atom) > 1:
            made += _bracket(atom)
        elif atom in "(){}|+?" or (atom[0] == "\\" and atom[1:] in "(){}|+?"):
            special = (atom[0] == "\\") != extended
            made += _operator(atom[-1], capturing) if special else "\\" + atom[-1]
        elif atom == "[":
            raise re.error("Unmatched [")
        elif atom == "*" and not made.rstrip("^("):
            made += r"\*"
        else:
            made += atom
    return made


def _operator(char: str, capturing: bool) -> str:
    return "(?:" if char == "(" and not capturing else char


def _bracket(atom: str) -> str:
    inner = re.sub(r"\[:(\w+):\]", lambda found: _CLASSES.get(found.group(1), ""), atom[1:-1])
    negated = "^" if inner.startswith("^") else ""
    body = inner[len(negated) :]
    return f"[{negated}{body.replace('[', chr(92) + '[').replace(']', chr(92) + ']')}]"


GREPS: dict[str, Callable[[Call], int]] = dict.fromkeys(("grep", "egrep", "fgrep"), checked(grep))
