"""``test`` and ``[``."""

from __future__ import annotations

import operator
import os
import stat
from collections.abc import Callable
from pathlib import Path

from ftlab.sim.shell.call import Call


class _Wrong(Exception):
    """The expression is not one; ``str()`` says why."""


def evaluate(call: Call) -> int:
    """0 where the expression is true, 1 where it is false, 2 where it is none."""
    words = list(call.arguments)
    if call.argv[0] == "[" and (not words or words.pop() != "]"):
        return call.complain("missing ]", 2)
    if not words:
        return 1
    try:
        value = _Expression(words, call).whole()
    except _Wrong as wrong:
        return call.complain(str(wrong), 2)
    return 0 if value else 1


class _Expression:
    def __init__(self, words: list[str], call: Call) -> None:
        self.words = words
        self._call = call

    def whole(self) -> bool:
        value = self.either()
        if self.words:
            raise _Wrong(f"{self.words[0]}: unknown operand")
        return value

    def either(self) -> bool:
        value = self._both()
        while self.words[:1] == ["-o"]:
            self.words.pop(0)
            value = self._both() or value
        return value

    def _both(self) -> bool:
        value = self._one()
        while self.words[:1] == ["-a"]:
            self.words.pop(0)
            value = self._one() and value
        return value

    def _one(self) -> bool:
        if len(self.words) >= 3 and self.words[1] in _BINARY:
            left, name, right = (self.words.pop(0) for _ in range(3))
            return _BINARY[name](self._call, left, right)
        if len(self.words) >= 2 and self.words[0] == "!":
            self.words.pop(0)
            return not self._one()
        if len(self.words) >= 3 and self.words[0] == "(":
            return self._parenthesis()
        if len(self.words) >= 2 and self.words[0] in _UNARY:
            name, operand = self.words.pop(0), self.words.pop(0)
            return _UNARY[name](self._call, operand)
        if not self.words:
            raise _Wrong("argument expected")
        return bool(self.words.pop(0))

    def _parenthesis(self) -> bool:
        self.words.pop(0)
        value = self.either()
        if not self.words or self.words.pop(0) != ")":
            raise _Wrong("closing paren expected")
        return value


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _Wrong(f"{text}: bad number") from None


def _numbers(compare: Callable[[int, int], bool]) -> Callable[[Call, str, str], bool]:
    return lambda _, left, right: compare(_number(left), _number(right))


def _stat(call: Call, remote: str, *, follow: bool = True) -> os.stat_result | None:
    try:
        return call.path(remote).stat(follow_symlinks=follow)
    except OSError:
        return None


def _kind(check: Callable[[int], bool], *, follow: bool = True) -> Callable[[Call, str], bool]:
    def holds(call: Call, remote: str) -> bool:
        found = _stat(call, remote, follow=follow)
        return found is not None and check(found.st_mode)

    return holds


def _access(mode: int) -> Callable[[Call, str], bool]:
    def holds(call: Call, remote: str) -> bool:
        return _stat(call, remote) is not None and os.access(call.path(remote), mode)

    return holds


def _size(call: Call, remote: str) -> bool:
    found = _stat(call, remote)
    return found is not None and found.st_size > 0


def _newer(call: Call, left: str, right: str) -> bool:
    first, second = _stat(call, left), _stat(call, right)
    return first is not None and (second is None or first.st_mtime_ns > second.st_mtime_ns)


def _same(call: Call, left: str, right: str) -> bool:
    paths: list[Path] = [call.path(left), call.path(right)]
    return all(path.exists() for path in paths) and paths[0].samefile(paths[1])


_UNARY: dict[str, Callable[[Call, str], bool]] = {
    "-n": lambda _, text: bool(text),
    "-z": lambda _, text: not text,
    "-t": lambda *_: False,
    "-e": _kind(lambda _: True),
    "-f": _kind(stat.S_ISREG),
    "-d": _kind(stat.S_ISDIR),
    "-p": _kind(stat.S_ISFIFO),
    "-L": _kind(stat.S_ISLNK, follow=False),
    "-h": _kind(stat.S_ISLNK, follow=False),
    "-r": _access(os.R_OK),
    "-w": _access(os.W_OK),
    "-x": _access(os.X_OK),
    "-s": _size,
}
_BINARY: dict[str, Callable[[Call, str, str], bool]] = {
    "=": lambda _, left, right: left == right,
    "==": lambda _, left, right: left == right,
    "!=": lambda _, left, right: left != right,
    "<": lambda _, left, right: left < right,
    ">": lambda _, left, right: left > right,
    "-eq": _numbers(operator.eq),
    "-ne": _numbers(operator.ne),
    "-lt": _numbers(operator.lt),
    "-le": _numbers(operator.le),
    "-gt": _numbers(operator.gt),
    "-ge": _numbers(operator.ge),
    "-nt": _newer,
    "-ot": lambda call, left, right: _newer(call, right, left),
    "-ef": _same,
}

TESTS: dict[str, Callable[[Call], int]] = {"test": evaluate, "[": evaluate}
