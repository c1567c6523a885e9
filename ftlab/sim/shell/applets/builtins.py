"""What the small shell does itself: ``cd``, ``echo``, ``test`` and the like; also ``date``."""

from __future__ import annotations

import operator
import os
import posixpath
import re
import stat
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ftlab.sim.shell.applets.applet import BUILTINS, Flags, Usage, applet, number
from ftlab.sim.shell.call import Call, Exit

_builtin = partial(applet, letters=None, among=BUILTINS)
_FILLED = re.compile(r"%.|\\[0-7]{3}|\\.", re.DOTALL)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne, "-eq": operator.eq, "-ne": operator.ne,
    "-lt": operator.lt, "-le": operator.le, "-gt": operator.gt, "-ge": operator.ge,
}  # fmt: skip
"""Those with a ``-`` are of numbers, the others of texts."""
_KINDS: dict[str, Callable[[int], bool]] = {
    "-e": bool, "-f": stat.S_ISREG, "-d": stat.S_ISDIR, "-L": stat.S_ISLNK, "-h": stat.S_ISLNK,
}  # fmt: skip
_ACCESS = {"-r": os.R_OK, "-w": os.W_OK, "-x": os.X_OK}
_UNARY = frozenset({"-n", "-z", "-s"} | _KINDS.keys() | _ACCESS.keys())


@_builtin("cd", letters="")
def _cd(call: Call, _flags: Flags, words: list[str]) -> int:
    where = words[0] if words else call.state.variables.get("HOME", "/")
    try:
        found = call.path(where).is_dir()
    except OSError:
        found = False
    if not found:
        call.err(f"{call.state.name}: cd: can't cd to {where}: No such file or directory\n")
        return 2
    call.state.cwd = posixpath.normpath(posixpath.join(call.state.cwd, where))
    return 0


@_builtin("pwd", letters="")
def _pwd(call: Call, _flags: Flags, _words: list[str]) -> int:
    call.out(call.state.cwd + "\n")
    return 0


@_builtin("exit")
def _exit(call: Call, _flags: Flags, words: list[str]) -> int:
    raise Exit(number(words[0]) if words else call.state.status)


@_builtin(":", "true", "false")
@applet("sync", "auto-backup.sh")  # that saves /etc to the boot disk, which is not simulated
def _nothing(call: Call, _flags: Flags, _words: list[str]) -> int:
    return int(call.name == "false")


@_builtin("echo", form=r"( -n)?(?! -[neE]+( |\Z)).*")
def _echo(call: Call, _flags: Flags, words: list[str]) -> int:
    without = words[:1] == ["-n"]
    call.out(" ".join(words[without:]) + ("" if without else "\n"))
    return 0


@_builtin("printf", form=r" ([^\\% ]|%[s%]|\\([nt\\]|[0-3][0-7]{2}))*( .*)?")
def _printf(call: Call, _flags: Flags, words: list[str]) -> int:
    """``%s``, ``%%`` and the plainest escapes; the pattern serves until no word is left."""
    pattern, *values = words

    def filled(found: re.Match[str]) -> str:
        if found[0] == "%s":
            return values.pop(0) if values else ""
        if found[0] == "%%":
            return "%"
        return os.fsdecode(found[0].encode().decode("unicode_escape").encode("latin-1"))

    while True:
        before = len(values)
        call.out(_FILLED.sub(filled, pattern))
        if not values or len(values) == before:
            return 0


@_builtin("test", "[", form=r"(?!.* (-a|-o|\(|\)|-nt|-ot|-ef|<|>|-t|-p)( |\Z)).*")
def _test(call: Call, _flags: Flags, words: list[str]) -> int:
    """One comparison, or its negation: 0 where it is true, 1 where it is false, 2 where it is
    none."""
    if call.argv[0] == "[" and (not words or words.pop() != "]"):
        raise Usage("missing ]", 2)
    return 0 if _holds(call, words) else 1


def _holds(call: Call, words: list[str]) -> bool:
    match words:
        case ["!", _, *_]:
            return not _holds(call, words[1:])
        case [left, name, right] if name in _COMPARISONS:
            read = _number if name.startswith("-") else str
            return _COMPARISONS[name](read(left), read(right))
        case [_, name, _]:
            raise Usage(f"{name}: unknown operand", 2)
        case [name, text] if name in _UNARY:
            return _about(call, name, text)
        case [_, *_, last]:
            raise Usage(f"{last}: unknown operand", 2)
    return bool(words and words[0])


def _number(text: str) -> int:
    if not re.fullmatch(r"\s*[-+]?[0-9]+\s*", text):
        raise Usage(f"{text}: bad number", 2)
    return int(text)


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


@applet("sleep", letters=None, form=r"( \d+(\.\d+)?)*")
def _sleep(call: Call, _flags: Flags, words: list[str]) -> int:
    if not words:
        raise Usage("usage: sleep [N]...")
    call.state.wait(sum(float(word) for word in words))
    return 0


@applet("date", letters="u", form=r"( -u)?( \+([^% ]|%[sYmdHMSFT])*)?( -u)?")
def _date(call: Call, _flags: Flags, words: list[str]) -> int:
    """In UTC, as on hosts."""
    form = words[0][1:] if words else "%a %b %e %H:%M:%S UTC %Y"
    now = time.time()
    call.out(time.strftime(form.replace("%s", str(int(now))), time.gmtime(now)) + "\n")
    return 0
