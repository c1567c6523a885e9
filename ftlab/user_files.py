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
from contextlib import suppress
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


def check_target(name: str) -> Path:
    """Where a file is to be written: a regular one, or none yet, in a folder that is there.

    Raises ``OSError`` for anything else.
    """
    if not name or name == STDIN:
        raise OSError(errno.EINVAL, "it is no file", name)
    path = expanded(name)
    if path.exists():
        _regular(path.stat().st_mode, name)
    elif not path.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "its folder does not exist", name)
    return path


def write_text(path: Path, text: str) -> None:
    """Replace what a file holds, as :func:`write_bytes`."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Replace what a file holds, whole or not at all: whoever reads it sees the old bytes or the
    new ones. It keeps its mode; a new one has what the umask says. In a folder that takes no new
    files it is written over. Raises ``OSError``, also for what is no regular file."""
    mode = _mode_of(path)
    place = path.resolve()
    draft = place.with_name(f".{place.name[:40]}.{os.urandom(4).hex()}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except PermissionError:
        _write(path, data, os.O_WRONLY)
        return
    try:
        _fill(descriptor, data, mode)
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _mode_of(path: Path) -> int | None:
    """The mode of a file that is there."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    _regular(mode, str(path))
    return stat.S_IMODE(mode)


def _fill(descriptor: int, data: bytes, mode: int | None) -> None:
    """Everything is on the disk when it returns."""
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        if mode is not None:
            os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def append_text(path: Path, text: str) -> None:
    """Append in one write. Raises ``OSError``, also for what is no regular file."""
    _write(path, text.encode("utf-8", "backslashreplace"), os.O_WRONLY | os.O_APPEND)


def _write(path: Path, data: bytes, how: int) -> None:
    flags = how | os.O_CREAT | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o666)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        _regular(os.fstat(descriptor).st_mode, str(path))
        if not how & os.O_APPEND:
            file.truncate()
        while data:
            data = data[file.write(data) :]


def make_private(folder: Path) -> None:
    """Make a folder for its user alone, and those above it that are missing, whatever the umask.

    Raises ``OSError``, also for one that is there already and that others may write.
    """
    if not folder.exists():
        if not folder.parent.exists():
            make_private(folder.parent)
        with suppress(FileExistsError):  # another run is making it
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)
    found = folder.stat()
    if reason := _writers(found):
        raise PermissionError(errno.EPERM, f"it is not safe: {reason}", str(folder))


def is_file(path: Path) -> bool:
    """Whether a regular file is there, as far as this user can see, whatever the name."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def is_there(path: Path) -> bool:
    """Whether anything is there, as far as this user can see. A link to where nobody may look is
    something, one that leads nowhere is not."""
    try:
        path.stat()
    except PermissionError:
        return os.path.lexists(path)
    except (OSError, ValueError):
        return False
    return True


def why_hidden(path: Path) -> str:
    """What keeps this user from seeing whether anything is there; empty where nothing does."""
    try:
        path.stat()
    except PermissionError as error:
        return why_unreadable(error)
    except (OSError, ValueError):
        pass
    return ""


def expanded(name: str) -> Path:
    """The path, ``~`` and ``~user`` expanded. Raises ``OSError`` for a user that is not there,
    and for what can be no path."""
    if "\0" in name:
        raise OSError(errno.EINVAL, "a path has no NUL in it", name)
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
