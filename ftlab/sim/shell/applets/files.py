"""``rm``, ``mkdir``, ``touch`` and ``chmod``."""

from __future__ import annotations

import os
import re
import shutil

from ftlab.sim.shell.applets.options import Applet, Flags, Usage, each
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused


def _rm(call: Call, flags: Flags, operands: list[str]) -> int:
    if not operands and "f" not in flags:
        raise Usage("usage: rm [-irf] FILE...")
    status = 0
    for operand in operands:
        try:
            local = call.path(operand)
            if local.is_dir() and not local.is_symlink():
                if "r" not in flags:
                    status = call.complain(f"'{operand}' is a directory")
                    continue
                shutil.rmtree(local)
            else:
                local.unlink()
        except OSError as error:
            if not ("f" in flags and isinstance(error, FileNotFoundError)):
                status = call.complain(f"can't remove '{operand}': {error.strerror}")
    return status


def _mkdir(call: Call, flags: Flags, operands: list[str]) -> int:
    def make(operand: str) -> None:
        call.path(operand).mkdir(parents="p" in flags, exist_ok="p" in flags)

    return each(call, operands, "create directory", make)


def _touch(call: Call, flags: Flags, operands: list[str]) -> int:
    def stamp(operand: str) -> None:
        local = call.path(operand)
        if local.exists():
            os.utime(local)
        elif "c" not in flags:
            local.touch()

    return each(call, operands, "touch", stamp)


def _chmod(call: Call, _flags: Flags, operands: list[str]) -> int:
    if len(operands) < 2:
        raise Usage("usage: chmod MODE FILE...")
    wanted, *files = operands

    return each(call, files, "stat", lambda file: call.path(file).chmod(int(wanted, 8)))


def _check_chmod(words: list[str]) -> None:
    if words and not re.fullmatch(r"[0-7]{3,4}", words[0]):
        raise Refused(f"chmod {words[0]}")


FILES = (
    Applet("rm", _rm, "fr"),
    Applet("mkdir", _mkdir, "p"),
    Applet("touch", _touch, "c"),
    Applet("chmod", _chmod, "", _check_chmod),
)
