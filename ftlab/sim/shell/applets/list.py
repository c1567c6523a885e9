"""``ls`` and ``find``."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from ftlab.sim.shell.applets.options import Usage, checked, number, options
from ftlab.sim.shell.call import Call

_HALF_A_YEAR = 182 * 24 * 3600


def ls(call: Call) -> int:
    """One name a line, as for any output that is no terminal."""
    flags, operands = options(call, "1aAlidhtrSRnFpeLcu")
    status = 0
    files: list[tuple[str, Path]] = []
    directories: list[tuple[str, Path]] = []
    for operand in operands or ["."]:
        try:
            local = call.path(operand)
            local.lstat()
        except OSError as error:
            status = call.complain(f"{operand}: {error.strerror}")
            continue
        link = "l" in flags and local.is_symlink() and not operand.endswith("/")
        inside = local.is_dir() and "d" not in flags and not link
        (directories if inside else files).append((operand, local))
    _show(call, flags, files)
    for index, (name, local) in enumerate(directories):
        if len(operands) > 1:
            call.out(("\n" if files or index else "") + f"{name}:\n")
        _show(call, flags, _entries(local, flags), total="l" in flags)
    return status


def _entries(directory: Path, flags: dict[str, str]) -> list[tuple[str, Path]]:
    found = [(entry.name, entry) for entry in directory.iterdir()]
    if "a" in flags:
        place = Path(os.path.realpath(directory))
        found += [(".", place), ("..", place.parent)]
    elif "A" not in flags:
        found = [one for one in found if not one[0].startswith(".")]
    return found


def _show(
    call: Call, flags: dict[str, str], found: list[tuple[str, Path]], *, total: bool = False
) -> None:
    if total:
        call.out(f"total {sum(local.lstat().st_blocks for _, local in found) // 2}\n")
    for name, local in _ordered(found, flags):
        about = local.lstat()
        inode = f"{about.st_ino:>7} " if "i" in flags else ""
        call.out(f"{inode}{_long(name, local, about) if 'l' in flags else name}\n")


def _ordered(found: list[tuple[str, Path]], flags: dict[str, str]) -> list[tuple[str, Path]]:
    ordered = sorted(found, key=lambda one: os.fsencode(one[0]))
    if "t" in flags:
        ordered.sort(key=lambda one: -one[1].lstat().st_mtime_ns)
    elif "S" in flags:
        ordered.sort(key=lambda one: -one[1].lstat().st_size)
    return ordered[::-1] if "r" in flags else ordered


def _long(name: str, local: Path, about: os.stat_result) -> str:
    kind = stat.filemode(about.st_mode)
    arrow = f" -> {local.readlink()}" if local.is_symlink() else ""
    owner = f"{about.st_nlink:>4} {'root':<8} {'root':<8}"
    return f"{kind} {owner} {about.st_size:>9} {_date(about.st_mtime)} {name}{arrow}"


def _date(when: float) -> str:
    recent = abs(time.time() - when) < _HALF_A_YEAR
    return time.strftime("%b %e %H:%M" if recent else "%b %e  %Y", time.gmtime(when))


def find(call: Call) -> int:
    """``find [PATH…] [-name P] [-iname P] [-path P] [-type T] [-maxdepth N] [-mindepth N]``."""
    words = list(call.arguments)
    roots: list[str] = []
    while words and not words[0].startswith("-"):
        roots.append(words.pop(0))
    tests = _tests(words)
    status = 0
    for root in roots or ["."]:
        try:
            local = call.path(root)
            local.lstat()
        except OSError as error:
            status = call.complain(f"{root}: {error.strerror}")
            continue
        for name, entry, depth in _walk(root, local, 0):
            if all(test(name, entry, depth) for test in tests):
                call.out(name + "\n")
    return status


_Test = Callable[[str, Path, int], bool]


def _tests(words: list[str]) -> list[_Test]:
    found: list[_Test] = []
    while words:
        name = words.pop(0)
        if name in ("-print", "-a"):
            continue
        if name not in _PREDICATES or not words:
            raise Usage(f"unrecognized: {name}")
        found.append(_PREDICATES[name](words.pop(0)))
    return found


def _walk(name: str, local: Path, depth: int) -> Iterator[tuple[str, Path, int]]:
    yield name, local, depth
    if local.is_dir() and not local.is_symlink():
        for entry in sorted(local.iterdir()):
            yield from _walk(f"{name.rstrip('/')}/{entry.name}", entry, depth + 1)


def _type(letter: str) -> _Test:
    checks = {"f": stat.S_ISREG, "d": stat.S_ISDIR, "l": stat.S_ISLNK}
    if letter not in checks:
        raise Usage(f"bad arg '{letter}' to '-type'")
    return lambda _, entry, __: checks[letter](entry.lstat().st_mode)


def _base(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2] or name


_PREDICATES: dict[str, Callable[[str], _Test]] = {
    "-name": lambda text: lambda name, *_: fnmatchcase(_base(name), text),
    "-iname": lambda text: lambda name, *_: fnmatchcase(_base(name).lower(), text.lower()),
    "-path": lambda text: lambda name, *_: fnmatchcase(name, text),
    "-maxdepth": lambda text: lambda _, __, depth: depth <= number(text),
    "-mindepth": lambda text: lambda _, __, depth: depth >= number(text),
    "-type": _type,
}

LISTERS: dict[str, Callable[[Call], int]] = {"ls": checked(ls), "find": checked(find)}
