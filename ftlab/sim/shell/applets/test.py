"""``test`` and ``[``: one comparison, or its negation."""

from __future__ import annotations

import operator
import os
import stat
from collections.abc import Callable

from ftlab.sim.shell.applets.options import Applet, Flags
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused

_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq, "-ne": operator.ne, "-lt": operator.lt,
    "-le": operator.le, "-gt": operator.gt, "-ge": operator.ge,
}  # fmt: skip
_KINDS: dict[str, Callable[[int], bool]] = {
    "-e": lambda _mode: True, "-f": stat.S_ISREG, "-d": stat.S_ISDIR,
    "-L": stat.S_ISLNK, "-h": stat.S_ISLNK,
}  # fmt: skip
_ACCESS = {"-r": os.R_OK, "-w": os.W_OK, "-x": os.X_OK}
_UNARY = frozenset({"-n", "-z", "-s"} | _KINDS.keys() | _ACCESS.keys())


class _Wrong(Exception):
    """The expression is none; ``str()`` says why."""


def _evaluate(call: Call, _flags: Flags, words: list[str]) -> int:
    """0 where the expression is true, 1 where it is false, 2 where it is none."""
    if call.argv[0] == "[" and (not words or words.pop() != "]"):
        return call.complain("missing ]", 2)
    try:
        return 0 if _holds(call, words) else 1
    except _Wrong as wrong:
        return call.complain(str(wrong), 2)


def _holds(call: Call, words: list[str]) -> bool:
    if words[:1] == ["!"] and len(words) > 1:
        return not _holds(call, words[1:])
    if len(words) == 3:
        return _compare(*words)
    if len(words) == 2 and words[0] in _UNARY:
        return _about(call, *words)
    if len(words) > 1:
        raise _Wrong(f"{words[-1]}: unknown operand")
    return bool(words and words[0])


def _compare(left: str, name: str, right: str) -> bool:
    if name in _TEXTS:
        return _TEXTS[name](left, right)
    if name not in _NUMBERS:
        raise _Wrong(f"{name}: unknown operand")
    return _NUMBERS[name](_number(left), _number(right))


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _Wrong(f"{text}: bad number") from None


def _about(call: Call, name: str, text: str) -> bool:
    if name in ("-n", "-z"):
        return bool(text) == (name == "-n")
    try:
        local = call.path(text)
        about = local.stat(follow_symlinks=name not in ("-L", "-h"))
    except OSError:
        return False
    if name in _ACCESS:
        return os.access(local, _ACCESS[name])
    return about.st_size > 0 if name == "-s" else _KINDS[name](about.st_mode)


def _check(words: list[str]) -> None:
    for word in words:
        if word in ("-a", "-o", "(", ")", "-nt", "-ot", "-ef", "<", ">", "-t", "-p"):
            raise Refused(f"{word} in a test")


TESTS = (Applet("test", _evaluate, None, _check), Applet("[", _evaluate, None, _check))
