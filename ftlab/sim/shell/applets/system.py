"""Processes, time and other commands: ``sh``, ``env``, ``timeout``, ``sleep``, ``date``…"""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable

from ftlab.sim.shell.applets.options import Usage, checked, number, options
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Expired
from ftlab.sim.shell.lexer import NAME

_NEW_TIMEOUT = (7, 0)
"""From here on BusyBox is taken to be 1.30 or newer, whose ``timeout`` has no ``-t``."""


def sh(call: Call) -> int:
    """``sh [-e] [-c SCRIPT [NAME ARG…]] | sh [FILE [ARG…]] | sh [-s]``."""
    words = list(call.arguments)
    flags = ""
    while words and re.fullmatch(r"-[a-z]+", words[0]):
        flags += words.pop(0)[1:]
    prefix = b"set -e;" if "e" in flags else b""
    if "c" in flags:
        if not words:
            return call.complain("-c requires an argument", 2)
        text = words.pop(0).encode("utf-8", "surrogateescape")
        return call.run_script(prefix + text, tuple(words) or ("sh",))
    if words and "s" not in flags:
        try:
            text = call.path(words[0]).read_bytes()
        except OSError:
            return call.complain(f"can't open '{words[0]}': No such file or directory", 2)
        return call.run_script(prefix + text, tuple(words))
    return call.run_script(prefix + call.stdin(), ("sh", *words))


def env(call: Call) -> int:
    words = list(call.arguments)
    variables = call.state.variables
    if words and words[0] in ("-i", "-"):
        words.pop(0)
    settings: dict[str, str] = {}
    while words and "=" in words[0] and NAME.match(words[0]):
        name, _, value = words.pop(0).partition("=")
        settings[name] = value
    if not words:
        shown = {name: variables[name] for name in sorted(call.state.exported)}
        call.out("".join(f"{name}={value}\n" for name, value in {**shown, **settings}.items()))
        return 0
    exported = call.state.exported
    before, shown_before = dict(variables), set(exported)
    variables.update(settings)
    exported.update(settings)
    try:
        return call.again(tuple(words))
    finally:
        variables.clear()
        variables.update(before)
        exported.intersection_update(shown_before)


def timeout(call: Call) -> int:
    """``timeout SECS PROG``; before BusyBox 1.30 ``timeout [-t SECS] PROG`` (10 s unless told)."""
    words = list(call.arguments)
    new = _release(call) >= _NEW_TIMEOUT
    seconds = 10.0
    while words and words[0].startswith("-"):
        option = words.pop(0)
        letter, value = option[1:2], option[2:] or (words.pop(0) if words else "")
        if letter not in ("s", "k") + (() if new else ("t",)):
            raise Usage(f"invalid option -- '{letter}'")
        seconds = _seconds(value) if letter == "t" else seconds
    if new and words:
        seconds = _seconds(words.pop(0))
    if not words:
        raise Usage("usage: timeout [-s SIG] SECS PROG ARGS")
    return _limited(call, seconds, tuple(words))


def _release(call: Call) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", call.state.host.version)[:2])


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if not found:
        raise Usage(f"invalid number '{text}'")
    return float(found.group(1)) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found.group(2)]


def _limited(call: Call, seconds: float, argv: tuple[str, ...]) -> int:
    state, wait = call.state, call.state.wait
    left = [seconds]

    def limited(asked: float) -> None:
        wait(min(asked, left[0]))
        left[0] -= min(asked, left[0])
        if asked and left[0] <= 0:
            raise Expired

    state.wait = limited
    try:
        return call.again(argv)
    except Expired:
        return 143  # SIGTERM, as BusyBox sends it
    finally:
        state.wait = wait


def sleep(call: Call) -> int:
    if not call.arguments:
        raise Usage("usage: sleep [N]...")
    call.state.wait(sum(_seconds(argument) for argument in call.arguments))
    return 0


def usleep(call: Call) -> int:
    call.state.wait(number(call.arguments[0] if call.arguments else "0") / 1e6)
    return 0


def date(call: Call) -> int:
    flags, operands = options(call, "ud:D:I:Rr:")
    when = time.time()
    if "r" in flags:
        when = call.path(flags["r"]).stat().st_mtime
    form = operands[0].removeprefix("+") if operands else "%a %b %e %H:%M:%S UTC %Y"
    call.out(time.strftime(form.replace("%s", str(int(when))), time.gmtime(when)) + "\n")
    return 0


def hostname(call: Call) -> int:
    call.out(call.state.host.name + "\n")
    return 0


def ps(call: Call) -> int:
    call.out(f"WID    CID    World Name            Command Line\n{call.state.pid:<13} sh  sh\n")
    return 0


def kill(call: Call) -> int:
    """Only this shell's own process exists."""
    status = 0
    for operand in (one for one in call.arguments if not one.startswith("-")):
        if operand != str(call.state.pid):
            status = call.shell_error(f"can't kill pid {operand}: No such process", 1)
    return status


def prefix(call: Call) -> int:
    """``nohup`` and ``setsid``: the command as it is."""
    return call.again(call.arguments) if call.arguments else 1


def which(call: Call) -> int:
    return max((call.again(("command", "-v", name)) for name in call.arguments), default=0) and 1


def xargs(call: Call) -> int:
    flags, operands = options(call, "0rtn:I:", _before_command(call.arguments))
    data = call.stdin().decode("utf-8", "surrogateescape")
    items = _items(data, flags)
    command = list(call.arguments[len(_before_command(call.arguments)) :]) or ["echo"]
    if operands or ("r" in flags and not items):
        return 0
    size = number(flags["n"]) if "n" in flags else max(len(items), 1)
    if "I" in flags:
        runs = [[word.replace(flags["I"], item) for word in command] for item in items]
    else:
        starts = range(0, max(len(items), 1), size)
        runs = [[*command, *items[start : start + size]] for start in starts]
    statuses = [call.again(tuple(run)) for run in runs]
    return 123 if any(statuses) else 0


def _items(data: str, flags: dict[str, str]) -> list[str]:
    """What xargs takes from its input: up to NULs, lines for ``-I``, else words."""
    if "0" in flags:
        return data.rstrip("\0").split("\0") if data else []
    if "I" in flags:
        return [line.strip() for line in data.splitlines() if line.strip()]
    return shlex.split(data)


def true(call: Call) -> int:  # noqa: ARG001 - every applet takes a call
    return 0


def false(call: Call) -> int:  # noqa: ARG001 - every applet takes a call
    return 1


def _before_command(words: tuple[str, ...]) -> list[str]:
    """xargs' own options: they end where the command begins."""
    own: list[str] = []
    rest = list(words)
    while rest and rest[0].startswith("-"):
        own.append(rest.pop(0))
        if own[-1] in ("-n", "-I") and rest:
            own.append(rest.pop(0))
    return own


def seq(call: Call) -> int:
    first, last = ("1", *call.arguments)[-2:]
    call.out("".join(f"{one}\n" for one in range(number(first), number(last) + 1)))
    return 0


def busybox(call: Call) -> int:
    """``busybox APPLET …``."""
    return call.again(call.arguments) if call.arguments else 0


SYSTEM: dict[str, Callable[[Call], int]] = {
    **{
        applet.__name__: checked(applet)
        for applet in (
            env, timeout, sleep, usleep, date, hostname, ps, kill, which, xargs, seq, busybox
        )
    },
    "sh": checked(sh),
    "ash": checked(sh),
    "nohup": prefix,
    "setsid": prefix,
    "auto-backup.sh": true,  # saves /etc to the boot disk, which these hosts do not have
    "true": true,
    "false": false,
}  # fmt: skip
