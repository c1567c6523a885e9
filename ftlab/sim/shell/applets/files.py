"""``rm``, ``mkdir``, ``touch``, ``chmod``, ``ln``, ``mktemp`` and what goes with them."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from ftlab.sim.shell.applets.options import Usage, checked, each, options
from ftlab.sim.shell.call import Call

_SYMBOLIC = re.compile(r"([ugoa]*)([-+=])([rwxX]*)")


def rm(call: Call) -> int:
    flags, operands = options(call, "frRiv")
    if not operands and "f" not in flags:
        raise Usage("usage: rm [-irf] FILE...")
    recursive = "r" in flags or "R" in flags
    status = 0
    for operand in operands:
        try:
            local = call.path(operand)
            if local.is_dir() and not local.is_symlink():
                if not recursive:
                    status = call.complain(f"'{operand}' is a directory")
                    continue
                shutil.rmtree(local)
            else:
                local.unlink()
        except FileNotFoundError as error:
            if "f" not in flags:
                status = call.complain(f"can't remove '{operand}': {error.strerror}")
        except OSError as error:
            status = call.complain(f"can't remove '{operand}': {error.strerror}")
    return status


def mkdir(call: Call) -> int:
    flags, operands = options(call, "pm:")

    def make(operand: str) -> None:
        local = call.path(operand)
        if "p" in flags:
            local.mkdir(parents=True, exist_ok=True)
        else:
            local.mkdir()
        if "m" in flags:
            local.chmod(mode(0o777, flags["m"]))

    return each(call, operands, "create directory", make)


def rmdir(call: Call) -> int:
    _, operands = options(call, "p")
    status = 0
    for operand in operands:
        try:
            call.path(operand).rmdir()
        except OSError as error:
            status = call.complain(f"'{operand}': {error.strerror}")
    return status


def touch(call: Call) -> int:
    flags, operands = options(call, "cmad:t:r:")
    model = call.path(flags["r"]).stat() if "r" in flags else None

    def stamp(operand: str) -> None:
        local = call.path(operand)
        if not local.exists():
            if "c" in flags:
                return
            local.touch()
        if model is None:
            os.utime(local)
        else:
            os.utime(local, ns=(model.st_atime_ns, model.st_mtime_ns))

    return each(call, operands, "touch", stamp)


def chmod(call: Call) -> int:
    arguments = [one for one in call.arguments if one not in ("-R", "-v", "-f", "--")]
    if len(arguments) < 2:
        raise Usage("usage: chmod [-R] MODE[,MODE]... FILE...")
    wanted, *operands = arguments
    recursive = "-R" in call.arguments

    def change(operand: str) -> None:
        local = call.path(operand)
        for one in [local, *(local.rglob("*") if recursive and local.is_dir() else ())]:
            one.chmod(mode(one.stat().st_mode & 0o7777, wanted))

    return each(call, operands, "stat", change)


def mode(before: int, wanted: str) -> int:
    """``wanted`` (octal or ``u+x,go-w``) applied to ``before``."""
    if re.fullmatch(r"[0-7]{1,4}", wanted):
        return int(wanted, 8)
    after = before
    for clause in wanted.split(","):
        found = _SYMBOLIC.fullmatch(clause)
        if not found:
            raise Usage(f"invalid mode '{wanted}'")
        after = _clause(after, *found.groups())
    return after


def _clause(before: int, who: str, operator: str, what: str) -> int:
    bits = sum({"r": 4, "w": 2, "x": 1, "X": 1}[letter] for letter in set(what))
    places = {"u": 6, "g": 3, "o": 0}
    chosen = "ugo" if not who or "a" in who else who
    mask = sum(bits << places[letter] for letter in set(chosen))
    if operator == "-":
        return before & ~mask
    kept = before & ~sum(7 << places[letter] for letter in set(chosen))
    return (before if operator == "+" else kept) | mask


def ln(call: Call) -> int:
    flags, operands = options(call, "sfn")
    if len(operands) != 2:
        raise Usage("usage: ln [-sfn] TARGET LINK")
    target, name = operands
    link = call.path(name)
    if link.is_dir() and "n" not in flags:
        link /= target.rstrip("/").rpartition("/")[2]
    try:
        if "f" in flags:
            link.unlink(missing_ok=True)
        if "s" in flags:
            link.symlink_to(target)
        else:
            link.hardlink_to(call.path(target))
    except OSError as error:
        return call.complain(f"{name}: {error.strerror}")
    return 0


def mktemp(call: Call) -> int:
    flags, operands = options(call, "dtqup:")
    template = operands[0] if operands else "tmp.XXXXXX"
    if "p" in flags or "t" in flags or not operands:
        template = f"{flags.get('p', '/tmp')}/{template}"  # noqa: S108 - a path on the host
    if not template.endswith("XXXXXX"):
        return call.complain(f"{os.strerror(errno.EINVAL)}")
    stem = template.rstrip("X")
    name = stem + secrets.token_hex(8)[: len(template) - len(stem)]
    try:
        _created(call.path(name), directory="d" in flags)
    except OSError as error:
        return call.complain(f"{error.strerror}")
    call.out(name + "\n")
    return 0


def _created(local: Path, *, directory: bool) -> None:
    if directory:
        local.mkdir(mode=0o700)
    else:
        local.touch(mode=0o600, exist_ok=False)


def sync(call: Call) -> int:  # noqa: ARG001 - every applet takes a call
    return 0


def readlink(call: Call) -> int:
    flags, operands = options(call, "fnsv")
    for operand in operands:
        local = call.path(operand)
        if "f" in flags:
            call.out(call.state.absolute(operand) + "\n")
        elif local.is_symlink():
            call.out(str(local.readlink()) + "\n")
        else:
            return 1
    return 0


FILES: dict[str, Callable[[Call], int]] = {
    applet.__name__: checked(applet)
    for applet in (rm, mkdir, rmdir, touch, chmod, ln, mktemp, sync, readlink)
}
