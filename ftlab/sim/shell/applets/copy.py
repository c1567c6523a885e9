"""``cp``, ``mv`` and ``dd``."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from ftlab.sim.shell.applets.options import Usage, checked, options
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.streams import Stream, device


def cp(call: Call) -> int:
    flags, operands = options(call, "pfirRaPdLlsu")
    recursive = bool({"r", "R", "a"} & flags.keys())
    preserve = bool({"p", "a"} & flags.keys())

    def copy(source: str, local: Path, target: Path) -> int:
        if local.is_dir():
            if not recursive:
                return call.complain(f"omitting directory '{source}'")
            shutil.copytree(local, target, symlinks=True, dirs_exist_ok=True)
            return 0
        _copy_file(local, target, preserve=preserve)
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


def mv(call: Call) -> int:
    _, operands = options(call, "finT")

    def move(source: str, local: Path, target: Path) -> int:
        if target.is_dir() and not local.is_dir():
            return call.complain(f"can't rename '{source}': Is a directory")
        local.rename(target)
        return 0

    return _into(call, operands, move)


def _into(call: Call, operands: list[str], work: Callable[[str, Path, Path], int]) -> int:
    """Apply ``work(source, local source, local target)`` to all but the last operand."""
    if len(operands) < 2:
        raise Usage(f"usage: {call.argv[0]} SOURCE... DEST")
    verb = "rename" if call.argv[0].endswith("mv") else "stat"
    *sources, last = operands
    status = 0
    for source in sources:
        try:
            local, target = call.path(source), call.path(last)
            local.lstat()
        except OSError as error:
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


def dd(call: Call) -> int:
    """``dd if= of= bs= count= skip= seek= conv=notrunc``."""
    settings = dict(one.partition("=")[::2] for one in call.arguments)
    if unknown := settings.keys() - _OPERANDS:
        raise Usage(f"unknown operand '{sorted(unknown)[0]}'")
    block = _amount(settings.get("bs", settings.get("ibs", "512")))
    count = _amount(settings["count"]) if "count" in settings else -1
    try:
        data = _read_blocks(call, settings, block, count)
    except OSError as error:
        return call.complain(f"can't open '{settings.get('if')}': {error.strerror}")
    try:
        _write_at(call, settings, data, block)
    except OSError as error:
        return call.complain(f"can't open '{settings.get('of')}': {error.strerror}")
    whole, part = divmod(len(data), block)
    if settings.get("status") != "none":
        records = f"{whole}+{int(part > 0)} records"
        call.err(f"{records} in\n{records} out\n{len(data)} bytes copied, 0.000 seconds\n")
    return 0


_OPERANDS = {"if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "conv", "status"}


def _amount(text: str) -> int:
    found = re.fullmatch(r"(\d+)([ckKMG]?)", text)
    if not found:
        raise Usage(f"invalid number '{text}'")
    factor = {"": 1, "c": 1, "k": 1024, "K": 1024, "M": 1024**2, "G": 1024**3}
    return int(found.group(1)) * factor[found.group(2)]


def _read_blocks(call: Call, settings: dict[str, str], block: int, count: int) -> bytes:
    size = block * count if count >= 0 else -1
    skip = _amount(settings.get("skip", "0")) * block
    if "if" not in settings:
        call.stdin(skip)
        return call.stdin(size)
    source: Stream | None = device(settings["if"])
    if source is not None:
        return source.read(size)
    with call.path(settings["if"]).open("rb") as file:
        file.seek(skip)
        return file.read(size)


def _write_at(call: Call, settings: dict[str, str], data: bytes, block: int) -> None:
    if "of" not in settings:
        call.out(data)
        return
    target = device(settings["of"])
    if target is not None:
        target.write(data)
        return
    local = call.path(settings["of"])
    at = _amount(settings.get("seek", "0")) * block
    local.touch()
    with local.open("r+b") as file:
        if "notrunc" not in settings.get("conv", ""):
            file.truncate(at)
        file.seek(at)
        file.write(data)


COPIERS: dict[str, Callable[[Call], int]] = {
    applet.__name__: checked(applet) for applet in (cp, mv, dd)
}
