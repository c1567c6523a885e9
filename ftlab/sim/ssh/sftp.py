"""The SFTP subsystem of a simulated host, on its own files."""
# ruff: noqa: ARG002 - the signatures are paramiko's

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from paramiko import SFTP_OK, SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface, Transport

from ftlab.sim.model.host import SimHost

Result = TypeVar("Result")


def offer_sftp(transport: Transport, host: SimHost) -> None:
    """Let clients of this connection open the SFTP subsystem."""
    transport.set_subsystem_handler("sftp", SFTPServer, HostFiles, host)


class _Handle(SFTPHandle):
    """An open file; paramiko reads and writes through its two file objects."""

    def __init__(self, file: Any, flags: int) -> None:
        super().__init__(flags)
        self.readfile = self.writefile = file

    def stat(self) -> SFTPAttributes:
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


def _answer(work: Callable[[], Result]) -> Result | int:
    """What ``work`` gives, or the SFTP status of the error it raised."""
    try:
        return work()
    except OSError as error:
        return SFTPServer.convert_errno(13 if isinstance(error, PermissionError) else error.errno)


class HostFiles(SFTPServerInterface):
    """The host's files by remote path; errors become SFTP's own status codes."""

    def __init__(self, server: object, host: SimHost) -> None:
        super().__init__(server)
        self._host = host

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> _Handle | int:
        def work() -> _Handle:
            mode = 0o644 if attr.st_mode is None else attr.st_mode
            handle = os.open(self._host.path(path), flags | getattr(os, "O_BINARY", 0), mode)
            writes = flags & (os.O_WRONLY | os.O_RDWR)
            how = "ab" if flags & os.O_APPEND else "wb" if flags & os.O_WRONLY else "r+b"
            return _Handle(os.fdopen(handle, how if writes else "rb", buffering=0), flags)

        return _answer(work)

    def list_folder(self, path: str) -> list[SFTPAttributes] | int:
        def work() -> list[SFTPAttributes]:
            entries = sorted(self._host.path(path).iterdir())
            return [SFTPAttributes.from_stat(one.lstat(), one.name) for one in entries]

        return _answer(work)

    def stat(self, path: str) -> SFTPAttributes | int:
        return _answer(lambda: SFTPAttributes.from_stat(self._host.path(path).stat()))

    def lstat(self, path: str) -> SFTPAttributes | int:
        return _answer(lambda: SFTPAttributes.from_stat(self._host.path(path).lstat()))

    def _done(self, work: Callable[[], object]) -> int:
        def told() -> int:
            work()
            return int(SFTP_OK)

        return _answer(told)

    def remove(self, path: str) -> int:
        return self._done(lambda: self._host.path(path).unlink())

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._host.path(newpath).exists():
            return SFTPServer.convert_errno(17)
        return self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return self._done(lambda: self._host.path(oldpath).replace(self._host.path(newpath)))

    def mkdir(self, path: str, attr: SFTPAttributes) -> int:
        return self._done(lambda: self._host.path(path).mkdir())

    def rmdir(self, path: str) -> int:
        return self._done(lambda: self._host.path(path).rmdir())

    def chattr(self, path: str, attr: SFTPAttributes) -> int:
        return self._done(lambda: SFTPServer.set_file_attr(str(self._host.path(path)), attr))
