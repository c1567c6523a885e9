"""``ls`` and ``stat``."""

from __future__ import annotations

import os
import re
import stat as modes
import time
from pathlib import Path

from ftlab.sim.shell.applets.applet import Flags, applet, each
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused

_HALF_A_YEAR = 182 * 24 * 3600
_DIRECTIVE = re.compile(r"%(.?)")
_KINDS = (
    (modes.S_ISDIR, "directory"),
    (modes.S_ISLNK, "symbolic link"),
    (modes.S_ISREG, "regular file"),
)
ListedFile = tuple[str, Path]


@applet("ls", letters="1adl")
def _ls(call: Call, flags: Flags, operands: list[str]) -> int:
    """One name a line, as for any output that is no terminal."""
    status = 0
    files: list[ListedFile] = []
    folders: list[ListedFile] = []
    for operand in sorted(operands, key=os.fsencode) or ["."]:
        try:
            local = call.path(operand)
            local.lstat()
        except OSError as error:
            status = call.complain(f"{operand}: {error.strerror}")
            continue
        link = "l" in flags and local.is_symlink() and not operand.endswith("/")
        inside = local.is_dir() and "d" not in flags and not link
        (folders if inside else files).append((operand, local))
    _show(call, flags, files)
    for index, (name, local) in enumerate(folders):
        if len(operands) > 1:
            call.out(("\n" if files or index else "") + f"{name}:\n")
        entries = _entries(local, flags)
        if "l" in flags:
            call.out(f"total {sum(each.lstat().st_blocks for _, each in entries) // 2}\n")
        _show(call, flags, entries)
    return status


def _entries(folder: Path, flags: Flags) -> list[ListedFile]:
    found = [(entry.name, entry) for entry in folder.iterdir()]
    if "a" in flags:
        place = Path(os.path.realpath(folder))
        return [*found, (".", place), ("..", place.parent)]
    return [one for one in found if not one[0].startswith(".")]


def _show(call: Call, flags: Flags, found: list[ListedFile]) -> None:
    for name, local in sorted(found, key=lambda one: os.fsencode(one[0])):
        call.out(f"{_long(name, local) if 'l' in flags else name}\n")


def _long(name: str, local: Path) -> str:
    about = local.lstat()
    arrow = f" -> {local.readlink()}" if local.is_symlink() else ""
    owner = f"{about.st_nlink:>4} {'root':<8} {'root':<8}"
    recent = abs(time.time() - about.st_mtime) < _HALF_A_YEAR
    date = time.strftime("%b %e %H:%M" if recent else "%b %e  %Y", time.gmtime(about.st_mtime))
    return f"{modes.filemode(about.st_mode)} {owner} {about.st_size:>9} {date} {name}{arrow}"


def _check_stat(words: list[str]) -> None:
    if "-c" not in words[:-1]:
        raise Refused("stat without -c FORMAT")
    form = words[words.index("-c") + 1]
    if unknown := set(_DIRECTIVE.findall(form)) - set("nishFaAYugUG%"):
        raise Refused(f"stat's %{sorted(unknown)[0]}")


@applet("stat", letters="c:L", check=_check_stat)
def _stat(call: Call, flags: Flags, operands: list[str]) -> int:
    def show(operand: str) -> None:
        about = call.path(operand).stat(follow_symlinks="L" in flags)
        text = _DIRECTIVE.sub(lambda found: _fields(operand, about)[found[1]], flags["c"])
        call.out(f"{text}\n")

    return each(call, operands, "stat", show)


def _fields(name: str, about: os.stat_result) -> dict[str, str]:
    kind = next((word for check, word in _KINDS if check(about.st_mode)), "weird file")
    empty = kind == "regular file" and about.st_size == 0
    return {
        "n": name, "i": str(about.st_ino), "s": str(about.st_size), "h": str(about.st_nlink),
        "F": "regular empty file" if empty else kind, "a": f"{about.st_mode & 0o7777:o}",
        "A": modes.filemode(about.st_mode), "Y": str(int(about.st_mtime)),
        "u": "0", "g": "0", "U": "root", "G": "root", "%": "%",
    }  # fmt: skip
