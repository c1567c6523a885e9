"""``cp``, ``mv`` and ``dd``."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from ftlab.sim.shell.applets.options import Applet, Flags, Usage, number
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused
from ftlab.sim.shell.streams import NOTHING

_OPERANDS = {"if", "of", "bs", "count"}


def _cp(call: Call, flags: Flags, operands: list[str]) -> int:
    def copy(source: str, local: Path, target: Path) -> int:
        if local.is_dir():
            return call.complain(f"omitting directory '{source}'")
        _copy_file(local, target, preserve="p" in flags)
        return 0

    return _into(call, operands, copy)


def _copy_file(source: Path, target: Path, *, preserve: bool) -> None:
    """As cp does: an existing file keeps inode and mode, a new one takes the source's mode."""
    fresh = not target.exists()
    shutil.copyfile(source, target)
    if preserve:
        shutil.copystat(source, target)
    elif fresh:
        shutil.copymode(source, target)


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
    status = 0
    for source in sources:
        try:
            local, target = call.path(source), call.path(last)
            local.lstat()
        except OSError as error:
            verb = "rename" if call.name == "mv" else "stat"
            status = call.complain(f"can't {verb} '{source}': {error.strerror}")
            continue
        inside = target / source.rstrip("/").rpartition("/")[2] if target.is_dir() else target
        try:
            status = work(source, local, inside) or status
        except shutil.SameFileError:
            status = call.complain(f"'{source}' and '{last}' are the same file")
        except OSError as error:
            status = call.complain(f"can't create '{last}': {error.strerror}")
    return status


def _dd(call: Call, _flags: Flags, words: list[str]) -> int:
    """``dd if= of= bs= count=``."""
    settings = dict(word.partition("=")[::2] for word in words)
    block = number(settings.get("bs", "512"))
    size = block * number(settings["count"]) if "count" in settings else -1
    source, target = settings.get("if"), settings.get("of")
    try:
        data = call.stdin(size) if source is None else call.content(source)
        data = data[:size] if size >= 0 else data
    except OSError as error:
        return call.complain(f"can't open '{source}': {error.strerror}")
    try:
        if target is None:
            call.out(data)
        elif target != NOTHING:
            call.path(target).write_bytes(data)
    except OSError as error:
        return call.complain(f"can't open '{target}': {error.strerror}")
    whole, part = divmod(len(data), block)
    records = f"{whole}+{int(part > 0)} records"
    call.err(f"{records} in\n{records} out\n{len(data)} bytes copied, 0.000 seconds\n")
    return 0


def _check_dd(words: list[str]) -> None:
    for word in words:
        name, equals, value = word.partition("=")
        if name not in _OPERANDS or not equals:
            raise Refused(f"dd {word}")
        if name in ("if", "of") and value.startswith("/dev/") and value != NOTHING:
            raise Refused(f"the device {value}")


COPIERS = (Applet("cp", _cp, "pf"), Applet("mv", _mv, "f"), Applet("dd", _dd, None, _check_dd))
