"""What ssh asks of this machine while it reads its configuration."""

from __future__ import annotations

import functools
import glob
import os
import pwd
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ftlab.ssh.network.dial import FAMILIES

WRITABLE_BY_OTHERS = 0o022


class ThisMachine:
    """Implements :class:`ftlab.ssh.config.surroundings.Surroundings`.

    The user's folder is ``$HOME``, as for everything else here; ssh takes that of the password
    database, which differs only where somebody has changed the variable.
    """

    @functools.cached_property
    def home(self) -> str:
        return str(Path("~").expanduser())

    @functools.cached_property
    def user(self) -> str:
        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return str(os.getuid())

    @property
    def uid(self) -> int:
        return os.getuid()

    @functools.cached_property
    def hostname(self) -> str:
        return socket.gethostname()

    def variable(self, name: str) -> str | None:
        return os.environ.get(name)

    def home_of(self, user: str) -> str | None:
        try:
            return pwd.getpwnam(user).pw_dir
        except KeyError:
            return None

    def read(self, file: str, *, private: bool) -> str | None:
        path = Path(file)
        try:
            if path.is_dir():
                return ""
            if private and not _is_safe(path.stat()):
                raise ValueError("others may write to it, or it is another user's: chmod go-w")
            return path.read_bytes().decode("utf-8", "surrogateescape")
        except (FileNotFoundError, NotADirectoryError):  # a service's home may be /dev/null
            return None
        except OSError as error:
            raise ValueError(f"it cannot be read: {error.strerror}") from None

    def files(self, pattern: str) -> Sequence[str]:
        return sorted(glob.glob(pattern), key=os.fsencode)  # noqa: PTH207 - paths from elsewhere

    def run(self, command: str) -> int:
        """As ssh runs a ``Match exec``: what it says is its own business."""
        try:
            done = subprocess.run(
                [user_shell(), "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                check=False,
            )
        except OSError as error:
            raise ValueError(f"exec: {user_shell()}: {error.strerror}") from None
        if done.returncode < 0:
            raise ValueError(f"exec: `{command}` was ended by signal {-done.returncode}")
        return done.returncode

    def service(self, name: str) -> int | None:
        try:
            return socket.getservbyname(name, "tcp")
        except OSError:
            return None

    def numeric(self, name: str, family: str) -> str | None:
        found = _look_up(name, family, socket.AI_NUMERICHOST | socket.AI_NUMERICSERV)
        if found is None or len(found) != 1:
            return None
        return socket.getnameinfo(found[0][4], socket.NI_NUMERICHOST)[0]

    def canonical_name(self, name: str, family: str) -> str | None:
        found = _look_up(name, family, socket.AI_CANONNAME)
        return found[0][3] if found else None

    def addresses(self) -> Sequence[str]:
        from ftlab.ssh.network.interfaces import interface_addresses  # it brings ctypes

        return interface_addresses()


def user_shell() -> str:
    """``$SHELL``, in which ssh starts whatever its configuration names."""
    return os.environ.get("SHELL") or "/bin/sh"


def _is_safe(status: os.stat_result) -> bool:
    return status.st_uid in (0, os.getuid()) and not status.st_mode & WRITABLE_BY_OTHERS


def _look_up(name: str, family: str, flags: int) -> list[Any] | None:
    try:
        raw = name.encode("ascii") if name.isascii() else name
        return socket.getaddrinfo(raw, 22, FAMILIES[family], socket.SOCK_STREAM, 0, flags)
    except (OSError, UnicodeError):
        return None
