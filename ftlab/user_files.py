"""Files that a user names: regular ones, of a size that memory can bear, and who else writes them.

A FIFO would hang whoever reads it, ``/dev/zero`` never ends; neither is ever opened to wait.
"""

from __future__ import annotations

import errno
import grp
import os
import pwd
import stat
import sys
from pathlib import Path

MOST_BYTES = 16 * 1024 * 1024
"""What a file of the user's may hold: an inventory of 100,000 hosts does."""

STDIN = "-"


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The whole file. Raises ``OSError``, also for what is no regular file, or larger than
    ``most`` bytes."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _regular(os.fstat(descriptor).st_mode, str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return _bounded(file.read(most + 1), most, str(path))
    finally:
        os.close(descriptor)


def _regular(mode: int, name: str) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a directory", name)
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file", name)


def read_text(name: str, most: int = MOST_BYTES) -> str:
    """A UTF-8 file's text, or that of stdin for ``-``. ``~`` is the home directory.

    Raises ``OSError`` as :func:`read_bytes`, and ``UnicodeDecodeError``.
    """
    if name == STDIN:
        return _bounded(sys.stdin.buffer.read(most + 1), most, name).decode("utf-8-sig")
    return read_bytes(expanded(name), most).decode("utf-8-sig")


def expanded(name: str) -> Path:
    """The path, ``~`` and ``~user`` expanded. Raises ``OSError`` for a user that is not there."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise FileNotFoundError(errno.ENOENT, "there is no such user", name) from None


def why_unreadable(error: Exception) -> str:
    """What kept a file from being read, in a few words."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return getattr(error, "strerror", None) or str(error)


def _bounded(data: bytes, most: int, name: str) -> bytes:
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most // 2**20} MiB", name)
    return data


def others_may_write(path: Path) -> str:
    """Why somebody else could have written a file: what OpenSSH asks of its own configuration.
    Empty where only its user and root can; a folder counts, as its files can be replaced.

    Raises ``OSError``.
    """
    found = path.stat()
    if reason := _writers(found):
        return reason
    folder = path.parent.stat()
    replaceable = not folder.st_mode & stat.S_ISVTX and _writers(folder)
    return f"of its folder, {replaceable}" if replaceable else ""


def others_may_read(path: Path) -> bool:
    """Whether a secret in the file is one to its user and root alone. Raises ``OSError``."""
    found = path.stat()
    own_group = found.st_mode & 0o040 and _is_private(found)
    return bool(found.st_mode & (0o004 if own_group else 0o044))


def _writers(found: os.stat_result) -> str:
    if found.st_uid not in {0, os.geteuid()}:
        return "another user is the owner"
    if found.st_mode & 0o002:
        return "everybody may write there"
    if found.st_mode & 0o020 and not _is_private(found):
        return "its group may write there"
    return ""


def _is_private(found: os.stat_result) -> bool:
    """Whether the group is the owner's own, with nobody else in it, as many systems have it."""
    try:
        owner, group = pwd.getpwuid(found.st_uid), grp.getgrgid(found.st_gid)
    except KeyError:
        return False
    return group.gr_name == owner.pw_name and set(group.gr_mem) <= {owner.pw_name}
