"""Files: ``cp``, ``mv``, ``dd``, ``rm``, ``mkdir``, ``touch``, ``chmod``, ``ls`` and ``stat``."""

from __future__ import annotations

import os
import re
import shutil
import stat as modes
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ftlab.sim.shell.applets.applet import Flags, Usage, applet, each, number
from ftlab.sim.shell.call import NOTHING, Call

_of_files = partial(applet, form=r"(?!.* /dev/null( |\Z)).*")
_HALF_A_YEAR = 182 * 24 * 3600


@_of_files("cp", letters="pf")
def _cp(call: Call, flags: Flags, operands: list[str]) -> int:
    """An existing file keeps inode and mode, a new one takes the source's mode."""

    def copy(source: str, local: Path, target: Path) -> int:
        if local.is_dir():
            return call.complain(f"omitting directory '{source}'")
        kept = shutil.copyfile if target.exists() else shutil.copy
        (shutil.copy2 if "p" in flags else kept)(local, target)
        return 0

    return _into(call, operands, copy)


@_of_files("mv", letters="f")
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

    return each(call, sources, f"can't {'rename' if call.name == 'mv' else 'stat'} '{{}}'", one)


@applet("dd", letters=None, form=r"( (if|of)=[^ ]*| (bs|count)=[^ ]*)*")
def _dd(call: Call, _flags: Flags, words: list[str]) -> int:
    """``dd if= of= bs= count=``."""
    settings = dict(word.split("=", 1) for word in words)
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


@_of_files("rm", letters="fr")
def _rm(call: Call, flags: Flags, operands: list[str]) -> int:
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

    return each(call, operands, "can't remove '{}'", remove) if operands or "f" not in flags else 0


@_of_files("mkdir", letters="p")
def _mkdir(call: Call, flags: Flags, operands: list[str]) -> int:
    def make(operand: str) -> None:
        call.path(operand).mkdir(parents="p" in flags, exist_ok="p" in flags)

    return each(call, operands, "can't create directory '{}'", make)


@_of_files("touch", letters="c")
def _touch(call: Call, flags: Flags, operands: list[str]) -> int:
    def stamp(operand: str) -> None:
        local = call.path(operand)
        if "c" not in flags or local.exists():
            local.touch()

    return each(call, operands, "can't touch '{}'", stamp)


@applet("chmod", form=r"( [0-7]{3,4}( .*)?)?")
def _chmod(call: Call, _flags: Flags, operands: list[str]) -> int:
    mode, *found = operands or [""]
    return each(call, found, "can't stat '{}'", lambda file: call.path(file).chmod(int(mode, 8)))


@_of_files("ls", letters="1adl")
def _ls(call: Call, flags: Flags, operands: list[str]) -> int:
    """One name a line, as for any output that is no terminal."""
    files: dict[str, Path] = {}
    folders: dict[str, Path] = {}

    def look(operand: str) -> None:
        local = call.path(operand)
        local.lstat()
        link = "l" in flags and local.is_symlink() and not operand.endswith("/")
        inside = local.is_dir() and "d" not in flags and not link
        (folders if inside else files)[operand] = local

    status = each(call, sorted(operands, key=os.fsencode) or ["."], "{}", look)
    _show(call, flags, files)
    for index, (name, local) in enumerate(folders.items()):
        if len(operands) > 1:
            call.out(("\n" if files or index else "") + f"{name}:\n")
        entries = {entry.name: entry for entry in local.iterdir()}
        if "a" in flags:
            real = local.resolve()
            entries |= {".": real, "..": real.parent}
        else:
            entries = {each: path for each, path in entries.items() if not each.startswith(".")}
        if "l" in flags:
            call.out(f"total {sum(each.lstat().st_blocks for each in entries.values()) // 2}\n")
        _show(call, flags, entries)
    return status


def _show(call: Call, flags: Flags, found: dict[str, Path]) -> None:
    for name in sorted(found, key=os.fsencode):
        call.out(f"{_long(name, found[name]) if 'l' in flags else name}\n")


def _long(name: str, local: Path) -> str:
    about = local.lstat()
    arrow = f" -> {local.readlink()}" if local.is_symlink() else ""
    owner = f"{about.st_nlink:>4} {'root':<8} {'root':<8}"
    recent = abs(time.time() - about.st_mtime) < _HALF_A_YEAR
    date = time.strftime("%b %e %H:%M" if recent else "%b %e  %Y", time.gmtime(about.st_mtime))
    return f"{modes.filemode(about.st_mode)} {owner} {about.st_size:>9} {date} {name}{arrow}"


@applet("stat", letters="c:L", form=r"( -L)? -L?c ([^% ]|%[nishFaAYugUG%])*( .*)?")
def _stat(call: Call, flags: Flags, operands: list[str]) -> int:
    def show(operand: str) -> None:
        about = call.path(operand).stat(follow_symlinks="L" in flags)
        call.out(re.sub("%(.)", lambda found: _fields(operand, about)[found[1]], flags["c"]) + "\n")

    return each(call, operands, "can't stat '{}'", show)


def _fields(name: str, about: os.stat_result) -> dict[str, str]:
    kinds = {modes.S_IFDIR: "directory", modes.S_IFLNK: "symbolic link"}
    regular = "regular file" if about.st_size else "regular empty file"
    return {
        "n": name, "i": str(about.st_ino), "s": str(about.st_size), "h": str(about.st_nlink),
        "F": kinds.get(modes.S_IFMT(about.st_mode), regular), "a": f"{about.st_mode & 0o7777:o}",
        "A": modes.filemode(about.st_mode), "Y": str(int(about.st_mtime)),
        "u": "0", "g": "0", "U": "root", "G": "root", "%": "%",
    }  # fmt: skip
