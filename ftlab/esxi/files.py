"""Plain file commands with the BusyBox applets that every ESXi 5.x and later has.

There is no ``cmp``, ``base64``, ``flock`` or ``nc`` on a host (BusyBox applet list of 5.x), so
files are compared by ``diff -q`` or a checksum, and written through ``dd``. Every path must be
absolute: a path that begins with ``-`` would be read as an option.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ftlab.errors import CommandFailed, Lost, Refused
from ftlab.esxi.text import lines, unreadable
from ftlab.frozen import frozen
from ftlab.model import Command, Completed
from ftlab.regex import regex

_STAT = regex(r"([0-9]{1,20}) ([0-9]{1,20}) ([0-7]{1,5}) (/.*)", re.DOTALL)
_SUM = regex(r"(\\?)([0-9a-f]{32}|[0-9a-f]{64}) [ *](/.*)")
_LISTABLE = regex(r"/[ !-\[\]-~]*")  # a path without backslash, line feed or other than ASCII
_VERDICT = regex(r"(/.*): (OK|FAILED\b.*)")
_DATASTORE = regex(r"\[((?:[^\[\]/]|\[[^\[\]/]*\])*)\] (.+)", re.DOTALL)
_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\\\": "\\"}


@frozen(slots=True)
class FileStat:
    """``inode`` tells a replaced file from an edited one; ``size`` is in bytes."""

    path: str
    inode: int
    size: int
    mode: int


def build_cat(path: str) -> Command:
    """Print a file. Changes nothing."""
    return Command(("cat", _checked(path)), repeatable=True)


def build_is_link(path: str) -> Command:
    """Whether a path is a symbolic link: status 0 if so, 1 if not. Changes nothing."""
    return Command(("test", "-L", _checked(path)), repeatable=True, ok=(0, 1))


def build_is_directory(path: str) -> Command:
    """Whether a path is a directory: status 0 if so, 1 if not. Changes nothing."""
    return Command(("test", "-d", _checked(path)), repeatable=True, ok=(0, 1))


def build_exists(path: str) -> Command:
    """Whether anything is at a path: status 0 if so, 1 if not. Changes nothing."""
    return Command(("test", "-e", _checked(path)), repeatable=True, ok=(0, 1))


def says_yes(done: Completed) -> bool:
    """The answer to a question of ``test``, which is silent. Raises ``CommandFailed`` for any other
    status, or with words: a host that cannot look has not said no."""
    if done.exit in (0, 1) and not done.stderr.strip():
        return done.exit == 0
    raise CommandFailed(
        f"`{done.command}` could not look: {done.err.strip() or f'exit {done.exit}'}",
        argv=done.command.argv,
        exit=done.exit,
        stdout=done.stdout,
        stderr=done.stderr,
    )


def build_absent(path: str) -> Command:
    """Whether nothing is at a path: status 0 if so, 1 if something is. Changes nothing."""
    return Command(("test", "!", "-e", _checked(path)), repeatable=True)


def build_chmod(path: str, mode: int) -> Command:
    """Give a file these permission bits. Safe to repeat."""
    return Command(("chmod", f"{mode:o}", _checked(path)), repeatable=True)


def build_stat_target(*paths: str) -> Command:
    """Inode, size, mode and name, a line for each path, of the files that links lead to: from 5.0
    on the logs below ``/var/log`` are links to the scratch partition. Changes nothing."""
    return Command(("stat", "-L", "-c", "%i %s %a %n", *map(_checked, paths)), repeatable=True)


def build_sha256(*paths: str) -> Command:
    """The SHA-256 of each file (BusyBox of 5.x and later). Changes nothing."""
    return Command(("sha256sum", *map(_checked, paths)), repeatable=True)


def build_md5(*paths: str) -> Command:
    """The MD5 of each file, where ``sha256sum`` is missing (4.x). Changes nothing."""
    return Command(("md5sum", *map(_checked, paths)), repeatable=True)


def build_verify(tool: str, sums: Mapping[str, str]) -> Command | None:
    """Compare files with checksums (by path) on the host: status 0 if all fit. ``tool`` is
    ``sha256sum`` or ``md5sum``; not every BusyBox was built with ``-c``, and one that was not
    ends with a status, too. ``None`` where a path cannot stand in such a list. Changes nothing.
    """
    if not all(_LISTABLE.fullmatch(path) for path in sums):
        return None
    listed = "".join(f"{digest}  {path}\n" for path, digest in sums.items())
    return Command((tool, "-c"), stdin=listed.encode("ascii"), repeatable=True)


def build_copy(source: str, target: str) -> Command:
    """Copy with mode and times. Safe to repeat while the source stays as it is."""
    return Command(("cp", "-p", _checked(source), _checked(target)), repeatable=True)


def build_dd(path: str, data: bytes) -> Command:
    """Write these bytes into a file; a file that exists keeps its mode. Safe to repeat."""
    return Command(("dd", f"of={_checked(path)}"), stdin=data, repeatable=True)


def build_same(one: str, other: str) -> Command:
    """Whether two files are the same: status 0 if so, 1 if not. Changes nothing."""
    return Command(("diff", "-q", _checked(one), _checked(other)), repeatable=True)


def build_rename(source: str, target: str) -> Command:
    """Put one file in the place of another at once. Not safe to repeat: the source is gone."""
    return Command(("mv", "-f", _checked(source), _checked(target)))


def build_remove(*paths: str) -> Command:
    """Remove files; a missing one is no error. Safe to repeat."""
    return Command(("rm", "-f", *map(_checked, paths)), repeatable=True)


def build_tail(path: str, offset: int) -> Command:
    """Everything from byte ``offset`` on (0: the whole file). Changes nothing."""
    if offset < 0:
        raise ValueError("an offset is 0 or more")
    return Command(("tail", "-c", f"+{offset + 1}", _checked(path)), repeatable=True)


def build_list(directory: str) -> Command:
    """The names in a directory, one a line. Changes nothing."""
    return Command(("ls", "-1", "-a", _checked(directory)), repeatable=True)


def parse_stat(text: str) -> list[FileStat]:
    """Read :func:`build_stat_target`. Raises ``ParseError`` for a line that does not fit."""
    found = []
    for number, line in enumerate(lines(text), 1):
        match = _STAT.fullmatch(line)
        if match is None:
            raise unreadable("not a line of stat", text, number)
        found.append(FileStat(match[4], int(match[1]), int(match[2]), int(match[3], 8)))
    return found


def parse_checksums(text: str) -> dict[str, str]:
    """The checksum of each path, as lower-case hexadecimal digits (SHA-256 or MD5).

    Names that hold a line feed come with a backslash in front where GNU tools answer. Raises
    ``ParseError`` for a line that does not fit.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(lines(text), 1):
        match = _SUM.fullmatch(line)
        if match is None:
            raise unreadable("not a checksum and a path", text, number)
        path = _unescaped(match[3]) if match[1] else match[3]
        found[path] = match[2]
    return found


def parse_verified(text: str) -> dict[str, bool]:
    """Which files fit, by path: what :func:`build_verify` says of each. Other lines are none
    of its answer; a host that does not take lists says nothing that fits here."""
    found = (_VERDICT.fullmatch(line) for line in lines(text))
    return {match[1]: match[2] == "OK" for match in found if match}


def _unescaped(path: str) -> str:
    return re.sub(r"\\[nr\\]", lambda match: _ESCAPES[match[0]], path)


def datastore_path(path: str) -> str:
    """``[datastore] dir/x.vmx`` as the host's file system has it: ``/vmfs/volumes/…``.

    ``[] /vmfs/volumes/…``, which hostd writes for a file outside its datastores, and an absolute
    path give the absolute path. Raises ``Refused`` for anything else, and for a ``..`` in it.
    """
    found = _DATASTORE.fullmatch(path)
    if found is None:
        absolute = path
    elif found[1]:
        absolute = f"/vmfs/volumes/{found[1]}/{found[2]}"
    else:
        absolute = found[2]
    if ".." in absolute.split("/") or (found is not None and found[1] in (".", "..")):
        raise Refused(f"a path that climbs out of its datastore: {path!r}", kind="path", path=path)
    if not absolute.startswith("/"):
        raise Refused(f"not a path on a datastore: {path!r}", kind="path", path=path)
    return absolute


def _checked(path: str) -> str:
    if not path.startswith("/"):
        raise Refused(f"not an absolute path: {path!r}", kind="path", path=path)
    return path


def arrived_otherwise(path: str) -> Lost:
    """The error for bytes that are not those whose checksum the host tells."""
    return Lost(
        f"{path} arrived other than it is on the host",
        hint="is somebody writing to it? try again",
    )
