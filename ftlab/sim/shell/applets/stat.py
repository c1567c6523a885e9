"""``stat``, ``df``, ``du``, ``basename``, ``dirname``."""

from __future__ import annotations

import os
import re
import shutil
import stat as modes
import time
from collections.abc import Callable

from ftlab.sim.shell.applets.options import Usage, checked, each, options
from ftlab.sim.shell.call import Call

_DIRECTIVE = re.compile(r"%([a-zA-Z%])")
_KINDS = (
    (modes.S_ISDIR, "directory"),
    (modes.S_ISLNK, "symbolic link"),
    (modes.S_ISREG, "regular file"),
)
_DEFAULT = (
    "  File: %N\n  Size: %s\tBlocks: %b\tIO Block: %o   %F\nInode: %i\tLinks: %h\n"
    "Access: (%a/%A)  Uid: (%u/%U)   Gid: (%g/%G)\nModify: %y\n"
)


def stat(call: Call) -> int:
    flags, operands = options(call, "c:Lftz")
    form = flags["c"] + "\n" if "c" in flags else _DEFAULT

    def show(operand: str) -> None:
        about = call.path(operand).stat(follow_symlinks="L" in flags)
        call.out(_DIRECTIVE.sub(lambda found: _field(found.group(1), operand, about), form))

    return each(call, operands, "stat", show)


def _field(letter: str, name: str, about: os.stat_result) -> str:
    kind = next((word for check, word in _KINDS if check(about.st_mode)), "weird file")
    if kind == "regular file" and about.st_size == 0:
        kind = "regular empty file"
    stamp = time.strftime("%Y-%m-%d %H:%M:%S.000000000 +0000", time.gmtime(about.st_mtime))
    values: dict[str, object] = {
        "n": name, "N": f"'{name}'", "i": about.st_ino, "s": about.st_size, "F": kind,
        "a": f"{about.st_mode & 0o7777:o}", "A": modes.filemode(about.st_mode), "y": stamp,
        "f": f"{about.st_mode:x}", "h": about.st_nlink, "u": 0, "g": 0, "U": "root", "G": "root",
        "X": int(about.st_atime), "Y": int(about.st_mtime), "Z": int(about.st_ctime),
        "b": about.st_blocks, "B": 512, "o": 4096, "d": about.st_dev, "%": "%",
    }  # fmt: skip
    return str(values.get(letter, f"%{letter}"))


def df(call: Call) -> int:
    """The room on the datastores: that of the disk that holds the simulated lab."""
    flags, _ = options(call, "hkmTP")
    unit = 1024**2 if "m" in flags else 1024 if "k" in flags or "P" in flags else 1
    call.out("Filesystem        Bytes         Used    Available Use% Mounted on\n")
    volumes = call.path("/vmfs/volumes")
    names = sorted(volumes.iterdir()) if volumes.is_dir() else []
    for volume in names:
        usage = shutil.disk_usage(volume)
        sizes = (usage.total // unit, usage.used // unit, usage.free // unit)
        figures = " ".join(f"{size:>12}" for size in sizes)
        percent = round(100 * usage.used / usage.total)
        call.out(f"VMFS-5     {figures} {percent:>3}% /vmfs/volumes/{volume.name}\n")
    return 0


def du(call: Call) -> int:
    flags, operands = options(call, "skhamcxd:")
    unit = 1024**2 if "m" in flags else 1024

    status = 0
    for operand in operands or ["."]:
        try:
            local = call.path(operand)
            entries = [local, *local.rglob("*")] if local.is_dir() else [local]
            used = sum(entry.lstat().st_blocks * 512 for entry in entries)
        except OSError as error:
            status = call.complain(f"{operand}: {error.strerror}")
            continue
        call.out(f"{-(-used // unit)}\t{operand}\n")
    return status


def basename(call: Call) -> int:
    if not call.arguments:
        raise Usage("usage: basename FILE [SUFFIX]")
    name = call.arguments[0].rstrip("/").rpartition("/")[2] or "/"
    suffix = call.arguments[1] if len(call.arguments) > 1 else ""
    call.out((name.removesuffix(suffix) or name) + "\n")
    return 0


def dirname(call: Call) -> int:
    if not call.arguments:
        raise Usage("usage: dirname FILENAME")
    path = call.arguments[0].rstrip("/")
    call.out((os.path.dirname(path) or ("/" if not path else ".")) + "\n")  # noqa: PTH120 - remote
    return 0


STATS: dict[str, Callable[[Call], int]] = {
    applet.__name__: checked(applet) for applet in (stat, df, du, basename, dirname)
}
