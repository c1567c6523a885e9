"""What the small shell does itself: ``cd``, ``echo``, ``test`` and the like; also ``date``."""

from __future__ import annotations

import operator
import os
import posixpath
import re
import stat
import time
from collections.abc import Callable

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.applets.applet import BUILTINS, Flags, Usage, applet, number
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Exit, Refused

_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:([nt\\])|([0-3][0-7]{2}))")
_PERCENT = re.compile(r"%(.?)")
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


@applet("cd", among=BUILTINS)
def _cd(call: Call, _flags: Flags, words: list[str]) -> int:
    where = words[0] if words else call.state.variables.get("HOME", "/")
    try:
        found = call.path(where).is_dir()
    except OSError:
        found = False
    if not found:
        text = f"{call.state.name}: cd: can't cd to {where}: No such file or directory\n"
        call.err(text)
        return 2
    call.state.cwd = posixpath.normpath(posixpath.join(call.state.cwd, where))
    return 0


@applet("pwd", among=BUILTINS)
def _pwd(call: Call, _flags: Flags, _words: list[str]) -> int:
    call.out(call.state.cwd + "\n")
    return 0


@applet("exit", letters=None, among=BUILTINS)
def _exit(call: Call, _flags: Flags, words: list[str]) -> int:
    raise Exit(number(words[0]) if words else call.state.status)


@applet(":", "true", letters=None, among=BUILTINS)
@applet("sync", "auto-backup.sh")  # that saves /etc to the boot disk, which is not simulated
def _true(_call: Call, _flags: Flags, _words: list[str]) -> int:
    return 0


@applet("false", letters=None, among=BUILTINS)
def _false(_call: Call, _flags: Flags, _words: list[str]) -> int:
    return 1


def _check_echo(words: list[str]) -> None:
    first, second, *_ = (*words, "", "")
    if first != "-n" and re.fullmatch(r"-[neE]+", first):
        raise Refused(f"echo {first}")
    if first == "-n" and re.fullmatch(r"-[neE]+", second):
        raise Refused(f"echo -n {second}")


@applet("echo", letters=None, check=_check_echo, among=BUILTINS)
def _echo(call: Call, _flags: Flags, words: list[str]) -> int:
    without = words[:1] == ["-n"]
    call.out(encode(" ".join(words[without:]) + ("" if without else "\n")))
    return 0


def _check_printf(words: list[str]) -> None:
    """Takes ``%s``, ``%%`` and the plainest escapes; these are replaced here, once."""
    if not words or set(_PERCENT.findall(words[0])) - {"s", "%"}:
        raise Refused("this form of printf")
    if re.search(r"\\(?!\\|[nt]|[0-3][0-7]{2})", re.sub(r"\\\\", "", words[0])):
        raise Refused("this escape in printf")
    words[0] = _ESCAPE.sub(_unescaped, words[0])


def _unescaped(found: re.Match[str]) -> str:
    if (octal := found[2]) is not None:
        return bytes([int(octal, 8)]).decode("utf-8", "surrogateescape")
    return _ESCAPES[found[1]]


@applet("printf", letters=None, check=_check_printf, among=BUILTINS)
def _printf(call: Call, _flags: Flags, words: list[str]) -> int:
    pattern, *values = words
    while True:
        before = len(values)
        filled = _PERCENT.sub(
            lambda found: "%" if found[1] == "%" else values.pop(0) if values else "", pattern
        )
        call.out(filled)
        if not values or len(values) == before:
            return 0


class _Wrong(Exception):
    """The expression is none; ``str()`` says why."""


def _check_test(words: list[str]) -> None:
    for word in words:
        if word in ("-a", "-o", "(", ")", "-nt", "-ot", "-ef", "<", ">", "-t", "-p"):
            raise Refused(f"{word} in a test")


@applet("test", "[", letters=None, check=_check_test, among=BUILTINS)
def _test(call: Call, _flags: Flags, words: list[str]) -> int:
    """One comparison, or its negation: 0 where it is true, 1 where it is false, 2 where it is
    none."""
    if call.argv[0] == "[" and (not words or words.pop() != "]"):
        return call.complain("missing ]", 2)
    try:
        return 0 if _holds(call, words) else 1
    except _Wrong as wrong:
        return call.complain(str(wrong), 2)


def _holds(call: Call, words: list[str]) -> bool:
    match words:
        case ["!", _, *_]:
            return not _holds(call, words[1:])
        case [left, name, right] if name in _TEXTS:
            return _TEXTS[name](left, right)
        case [left, name, right] if name in _NUMBERS:
            return _NUMBERS[name](_number(left), _number(right))
        case [_, name, _]:
            raise _Wrong(f"{name}: unknown operand")
        case [name, text] if name in _UNARY:
            return _about(call, name, text)
        case [_, *_, last]:
            raise _Wrong(f"{last}: unknown operand")
    return bool(words and words[0])


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


def _check_sleep(words: list[str]) -> None:
    for word in words:
        if not re.fullmatch(r"\d+(\.\d+)?", word):
            raise Refused(f"sleep {word}")


@applet("sleep", letters=None, check=_check_sleep)
def _sleep(call: Call, _flags: Flags, words: list[str]) -> int:
    if not words:
        raise Usage("usage: sleep [N]...")
    call.state.wait(sum(float(word) for word in words))
    return 0


def _check_date(words: list[str]) -> None:
    rest = [word for word in words if word != "-u"]
    if len(rest) > 1 or (rest and not re.fullmatch(r"\+([^%]|%[sYmdHMSFT])*", rest[0])):
        raise Refused(f"date {' '.join(rest)}")


@applet("date", letters="u", check=_check_date)
def _date(call: Call, _flags: Flags, words: list[str]) -> int:
    """In UTC, as on hosts."""
    form = words[0][1:] if words else "%a %b %e %H:%M:%S UTC %Y"
    now = time.time()
    call.out(time.strftime(form.replace("%s", str(int(now))), time.gmtime(now)) + "\n")
    return 0
