"""The file system a jailed shell sees: the simulated host's tree, BusyBox, and shims.

The host's folder becomes the root directory; libraries of this machine are mounted into it,
``/bin`` holds BusyBox applets and a shim for each tool of the host, and ``/.ftlab`` what the shims
need. All mounts are made in a mount namespace of their own and end with it.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path

_NAMES = """
[ ash awk basename cat chmod chown cp cut date dd diff dirname du echo egrep env expr false fgrep
find grep gunzip gzip head hexdump kill less ln ls md5sum mkdir mkfifo mktemp more mv od
printf ps pwd readlink rm rmdir sed seq setsid sh sha1sum sha256sum sha512sum sleep sort stat sync
tail tar tee test time timeout touch true uniq usleep vi watch wc which who xargs zcat
"""
APPLETS = tuple(_NAMES.split())
"""Applets of a published list for a 5.x host, as far as Debian's BusyBox has them. No ``id``,
``tr``, ``base64``, ``flock``, ``nc``, ``tac``; ``hostname`` and ``uname`` are the host
model's."""

_DATA = files("ftlab.sim.jail").joinpath("data")
SHIM = _DATA.joinpath("shim.pl").read_text("ascii")
_JAIL = _DATA.joinpath("jail.sh").read_text("ascii")
_POINTS = ("bin", "proc", "dev", ".ftlab", "lib", "lib64", "usr/lib")


def make_programs(folder: Path, root: Path, tools: Collection[str]) -> None:
    """Fill ``folder``, the jail's ``/bin``; tools outside the path go to their own places."""
    folder.mkdir(parents=True)
    for applet in APPLETS:
        (folder / applet).symlink_to("/.ftlab/busybox")
    for tool in ("/sbin/auto-backup.sh", *tools):
        file = root / tool[1:] if tool.startswith("/") else folder / tool
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(SHIM if tool in tools else "#!/bin/sh\n", encoding="ascii")
        file.chmod(0o755)
    for tool in tools:
        link = root / "sbin" / tool
        if not tool.startswith("/") and not link.is_symlink():
            link.symlink_to(f"/bin/{tool}")


def setup_script(root: Path, programs: Path, socket: Path) -> str:
    """A shell script, for a new mount namespace, that makes the jail and then is its arguments."""
    given: dict[str, object] = {"root": root, "programs": programs, "socket": socket}
    given |= {"busybox": program("busybox"), "perl": program("perl"), "user": os.geteuid()}
    lines = [f"{name}={shlex.quote(str(value))}" for name, value in given.items()]
    links = [
        f"bind {shlex.quote(str(source))} {shlex.quote(str(root / point))}"
        for point, source in _outside_links(root).items()
    ]
    return "\n".join([*lines, _JAIL, *links, 'exec "$@"', ""])


def program(name: str) -> Path:
    """Where this machine has ``name``. Raises ``FileNotFoundError``."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise FileNotFoundError(2, "not installed", name)
    return Path(found).resolve()


def _outside_links(root: Path) -> dict[str, Path]:
    """Folders that datastores link to outside ``root``, by where the link leads in the jail."""
    found: dict[str, Path] = {}
    for link in (root / "vmfs/volumes").iterdir():
        real = link.resolve()
        if link.is_symlink() and not real.is_relative_to(root.resolve()):
            place = os.path.normpath(Path("/vmfs/volumes") / link.readlink()).lstrip("/")
            if not (root / place).is_symlink():
                found[place] = real
    return found


def make_mount_points(root: Path) -> None:
    """The folders in ``root`` that the jail's mounts need."""
    for point in (*_POINTS, *_outside_links(root)):
        (root / point).mkdir(parents=True, exist_ok=True)
