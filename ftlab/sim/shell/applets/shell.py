"""What the small shell does itself: ``cd``, ``echo``, ``exit`` and the like."""

from __future__ import annotations

import posixpath
import re

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.applets.options import Applet, Flags, number
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Exit, Refused

_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:([nt\\])|([0-3][0-7]{2}))")
_PERCENT = re.compile(r"%(.?)")


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


def _pwd(call: Call, _flags: Flags, _words: list[str]) -> int:
    call.out(call.state.cwd + "\n")
    return 0


def _exit(call: Call, _flags: Flags, words: list[str]) -> int:
    raise Exit(number(words[0]) if words else call.state.status)


def _echo(call: Call, _flags: Flags, words: list[str]) -> int:
    last = "\n"
    if words[:1] == ["-n"]:
        words, last = words[1:], ""
    call.out(encode(" ".join(words) + last))
    return 0


def _check_echo(words: list[str]) -> None:
    if words and words[0] != "-n" and re.fullmatch(r"-[neE]+", words[0]):
        raise Refused(f"echo {words[0]}")
    if len(words) > 1 and re.fullmatch(r"-[neE]+", words[1]) and words[0] == "-n":
        raise Refused(f"echo -n {words[1]}")


def _printf(call: Call, _flags: Flags, words: list[str]) -> int:
    pattern, *values = words
    while True:
        before = len(values)
        filled = _PERCENT.sub(
            lambda found: "%" if found[1] == "%" else values.pop(0) if values else "", pattern
        )
        call.out(filled.encode("utf-8", "surrogateescape"))
        if not values or len(values) == before:
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


SHELL = (
    Applet("cd", _cd),
    Applet("pwd", _pwd),
    Applet("exit", _exit, None),
    Applet(":", lambda *_: 0, None),
    Applet("true", lambda *_: 0, None),
    Applet("false", lambda *_: 1, None),
    Applet("echo", _echo, None, _check_echo),
    Applet("printf", _printf, None, _check_printf),
)
