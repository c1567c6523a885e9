"""The file system a forced command sees: the simulated host's tree, BusyBox, and shims.

The host's folder becomes the root directory; libraries of this machine are mounted into it
read-only, ``/bin`` holds BusyBox applets and a shim for each tool of the host, and ``/.ftlab``
what the shims need. All mounts are made in a mount namespace of their own and end with it.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Collection
from pathlib import Path

_NAMES = """
[ ash awk basename cat chmod chown cp cut date dd df diff dirname du echo egrep env expr false
fgrep find grep gunzip gzip head hexdump hostname kill ln ls md5sum mkdir mkfifo mktemp more mv od
printf ps pwd readlink rm rmdir sed seq setsid sh sha1sum sha256sum sha512sum sleep sort stat sync
tail tar tee test time timeout touch true uniq usleep vi watch wc which who xargs zcat
"""
APPLETS = tuple(_NAMES.split())
"""Applets of a published list for a 5.x host, as far as Debian's BusyBox has them. No ``id``,
``tr``, ``base64``, ``flock``, ``nc``, ``tac``; ``uname`` is the host model's."""

SHIM = """\
#!/.ftlab/perl
use strict;
use Socket;
my $name = $0;
$name =~ s{.*/}{} unless $name =~ m{^/etc/};
socket(my $host, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!\\n";
connect($host, sockaddr_un("/.ftlab/socket")) or die "$name: the simulated host is gone\\n";
binmode $_ for $host, *STDOUT, *STDERR;
my $request = pack "N/a*", join "\\0", $name, @ARGV;
while (length $request) { substr $request, 0, (syswrite $host, $request or exit 255), ""; }
local $/;
my $reply = <$host>;
exit 255 if length $reply < 10;
my ($status, $cut, $out, $error) = unpack "C C N N", $reply;
print STDOUT substr $reply, 10, $out;
print STDERR substr $reply, 10 + $out, $error;
close STDOUT;
if ($cut) { kill "KILL", $ENV{FTLAB_SSHD}; kill "-KILL", getpgrp 0; }
exit $status;
"""

_LIBRARIES = ("/lib", "/lib64", "/usr/lib")
_POINTS = ("bin", "dev", "lib", "lib64", "proc", "usr/lib", ".ftlab")


def make_programs(folder: Path, tools: Collection[str]) -> None:
    """Fill ``folder``, the jail's ``/bin``."""
    folder.mkdir(parents=True)
    for applet in APPLETS:
        (folder / applet).symlink_to("/.ftlab/busybox")
    for tool in tools:
        if "/" not in tool:
            (folder / tool).unlink(missing_ok=True)
            _write_shim(folder / tool)


def _write_shim(file: Path) -> None:
    file.write_text(SHIM, encoding="ascii")
    file.chmod(0o755)


def add_scripts(root: Path, tools: Collection[str]) -> None:
    """The host's tools that do not stand in the path, at their own places."""
    for tool in tools:
        if tool.startswith("/"):
            file = root / tool[1:]
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_shim(file)


def remove_scripts(root: Path, tools: Collection[str]) -> None:
    """Take away what :func:`add_scripts` made, as far as it is empty."""
    for tool in tools:
        if tool.startswith("/"):
            file = root / tool[1:]
            file.unlink(missing_ok=True)
            if file.parent.is_dir() and not any(file.parent.iterdir()):
                file.parent.rmdir()


def plain_root(passwd: str) -> str:
    """``/etc/passwd`` with ``/bin/sh`` for root: a login shell such as bash would first run the
    real root's own start-up files."""
    entries = [line.split(":") for line in passwd.splitlines()]
    entries = [[*entry[:5], "/", "/bin/sh"] if entry[0] == "root" else entry for entry in entries]
    return "".join(":".join(entry) + "\n" for entry in entries)


def setup_script(root: Path, folder: Path, socket: Path, command: list[str]) -> str:
    """A shell script, for a new mount namespace, that makes the jail and then is ``command``.

    ``folder`` holds the programs in ``bin``, and ``passwd``.
    """
    lines = ["set -e", _mount(folder / "passwd", Path("/etc/passwd"))]
    if not Path("/run/sshd").is_dir():
        lines += ["mount -t tmpfs -o mode=755 tmpfs /run", "mkdir -m 755 /run/sshd"]
    for library in _LIBRARIES:
        if Path(library).is_dir():
            lines.append(_mount(Path(library), root / library[1:], read_only=True))
    lines.append(_mount(folder / "bin", root / "bin", read_only=True))
    lines.append(_mount(Path("/dev"), root / "dev"))
    lines.append(f"mount -t proc proc {_quoted(root / 'proc')}")
    lines.append(f"mount -t tmpfs -o mode=755 tmpfs {_quoted(root / '.ftlab')}")
    for name in ("busybox", "perl"):
        lines.append(f"cp {_quoted(program(name))} {_quoted(root / '.ftlab' / name)}")
    lines += [f": > {_quoted(root / '.ftlab/socket')}", _mount(socket, root / ".ftlab/socket")]
    lines += [_mount(source, root / point) for point, source in outside_links(root).items()]
    return "\n".join([*lines, f"exec {shlex.join(command)}", ""])


def _mount(source: Path, target: Path, *, read_only: bool = False) -> str:
    how = "bind,ro" if read_only else "bind"
    return f"mount -o {how} {_quoted(source)} {_quoted(target)}"


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def program(name: str) -> Path:
    """Where this machine has ``name``. Raises ``FileNotFoundError``."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise FileNotFoundError(2, "not installed", name)
    return Path(found)


def outside_links(root: Path) -> dict[str, Path]:
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
    for point in (*_POINTS, *outside_links(root)):
        (root / point).mkdir(parents=True, exist_ok=True)


def remove_mount_points(root: Path) -> None:
    """Take away what :func:`make_mount_points` made, as far as it is empty."""
    for point in (*_POINTS, "usr", *outside_links(root)):
        if (root / point).is_dir() and not any((root / point).iterdir()):
            (root / point).rmdir()
