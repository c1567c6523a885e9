"""What changes files: ``cp``, ``mv``, ``dd``, ``rm``, ``mkdir``, ``touch`` and ``chmod``."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from ftlab.sim.shell.applets.applet import Flags, Usage, applet, each, number
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused
from ftlab.sim.shell.streams import NOTHING


@applet("cp", letters="pf")
def _cp(call: Call, flags: Flags, operands: list[str]) -> int:
    """An existing file keeps inode and mode, a new one takes the source's mode."""

    def copy(source: str, local: Path, target: Path) -> int:
        if local.is_dir():
            return call.complain(f"omitting directory '{source}'")
        fresh = not target.exists()
        shutil.copyfile(local, target)
        if "p" in flags:
            shutil.copystat(local, target)
        elif fresh:
            shutil.copymode(local, target)
        return 0

    return _into(call, operands, copy)


@applet("mv", letters="f")
def _mv(call: Call, _flags: Flags, operands: list[str]) -> int:
    def move(source: str, local: Path, target: Path) -> int:
        if target.is_dir() and not local.is_dir():
            return call.complain(f"can't rename '{source}': Is a directory")
        local.rename(target)
        return 0

    return _into(call, operands, move)


def _into(call: Call, operands: list[str], work: Callable[[str, Path, Path], int]) -> int:
    """Apply ``work(source, local source, local target)`` to all but the last operand."""
    if len(operands) < 2:
        raise Usage(f"usage: {call.name} SOURCE... DEST")
    *sources, last = operands

    def one(source: str) -> int:
        local, target = call.path(source), call.path(last)
        local.lstat()
        inside = target / source.rstrip("/").rpartition("/")[2] if target.is_dir() else target
        try:
            return work(source, local, inside)
        except shutil.SameFileError:
            return call.complain(f"'{source}' and '{last}' are the same file")
        except OSError as error:
            return call.complain(f"can't create '{last}': {error.strerror}")

    return each(call, sources, "rename" if call.name == "mv" else "stat", one)


def _check_dd(words: list[str]) -> None:
    for word in words:
        name, equals, value = word.partition("=")
        if name not in {"if", "of", "bs", "count"} or not equals:
            raise Refused(f"dd {word}")
        if name in ("if", "of") and value.startswith("/dev/") and value != NOTHING:
            raise Refused(f"the device {value}")


@applet("dd", letters=None, check=_check_dd)
def _dd(call: Call, _flags: Flags, words: list[str]) -> int:
    """``dd if= of= bs= count=``."""
    settings = dict(word.partition("=")[::2] for word in words)
    block = number(settings.get("bs", "512"))
    size = block * number(settings["count"]) if "count" in settings else -1
    source, target = settings.get("if"), settings.get("of")
    place = source
    try:
        data = call.stdin(size) if source is None else call.content(source)
        data = data[:size] if size >= 0 else data
        place = target
        if target is None:
            call.out(data)
        elif target != NOTHING:
            call.path(target).write_bytes(data)
    except OSError as error:
        return call.complain(f"can't open '{place}': {error.strerror}")
    whole, part = divmod(len(data), block)
    records = f"{whole}+{int(part > 0)} records"
    call.err(f"{records} in\n{records} out\n{len(data)} bytes copied, 0.000 seconds\n")
    return 0


@applet("rm", letters="fr")
def _rm(call: Call, flags: Flags, operands: list[str]) -> int:
    if not operands and "f" not in flags:
        raise Usage("usage: rm [-irf] FILE...")

    def remove(operand: str) -> int:
        try:
            local = call.path(operand)
            if not local.is_dir() or local.is_symlink():
                local.unlink()
            elif "r" in flags:
                shutil.rmtree(local)
            else:
                return call.complain(f"'{operand}' is a directory")
        except FileNotFoundError:
            if "f" not in flags:
                raise
        return 0

    return each(call, operands, "remove", remove)


@applet("mkdir", letters="p")
def _mkdir(call: Call, flags: Flags, operands: list[str]) -> int:
    def make(operand: str) -> None:
        call.path(operand).mkdir(parents="p" in flags, exist_ok="p" in flags)

    return each(call, operands, "create directory", make)


@applet("touch", letters="c")
def _touch(call: Call, flags: Flags, operands: list[str]) -> int:
    def stamp(operand: str) -> None:
        local = call.path(operand)
        if local.exists():
            os.utime(local)
        elif "c" not in flags:
            local.touch()

    return each(call, operands, "touch", stamp)


def _check_chmod(words: list[str]) -> None:
    if words and not re.fullmatch(r"[0-7]{3,4}", words[0]):
        raise Refused(f"chmod {words[0]}")


@applet("chmod", check=_check_chmod)
def _chmod(call: Call, _flags: Flags, operands: list[str]) -> int:
    if len(operands) < 2:
        raise Usage("usage: chmod MODE FILE...")
    wanted, *found = operands
    return each(call, found, "stat", lambda file: call.path(file).chmod(int(wanted, 8)))
