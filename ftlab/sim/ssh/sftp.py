"""The SFTP subsystem of a simulated host, on its own files."""
# ruff: noqa: ARG002 - the signatures are paramiko's

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from paramiko import SFTP_OK, SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface, Transport

from ftlab.sim.model.host import SimHost

Given = ParamSpec("Given")
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


def _told(work: Callable[Given, Result]) -> Callable[Given, Result | int]:
    """What ``work`` gives, or the SFTP status of the error it raised."""

    @wraps(work)
    def telling(*args: Given.args, **kwargs: Given.kwargs) -> Result | int:
        try:
            return work(*args, **kwargs)
        except OSError as error:
            number = 13 if isinstance(error, PermissionError) else error.errno
            return SFTPServer.convert_errno(number)

    return telling


class HostFiles(SFTPServerInterface):
    """The host's files by remote path; errors become SFTP's own status codes."""

    def __init__(self, server: object, host: SimHost) -> None:
        super().__init__(server)
        self._host = host

    @_told
    def open(self, path: str, flags: int, attr: SFTPAttributes) -> _Handle:
        mode = 0o644 if attr.st_mode is None else attr.st_mode
        handle = os.open(self._host.path(path), flags | getattr(os, "O_BINARY", 0), mode)
        writes = flags & (os.O_WRONLY | os.O_RDWR)
        how = "ab" if flags & os.O_APPEND else "wb" if flags & os.O_WRONLY else "r+b"
        return _Handle(os.fdopen(handle, how if writes else "rb", buffering=0), flags)

    @_told
    def list_folder(self, path: str) -> list[SFTPAttributes]:
        entries = sorted(self._host.path(path).iterdir())
        return [SFTPAttributes.from_stat(one.lstat(), one.name) for one in entries]

    @_told
    def stat(self, path: str) -> SFTPAttributes:
        return SFTPAttributes.from_stat(self._host.path(path).stat())

    @_told
    def lstat(self, path: str) -> SFTPAttributes:
        return SFTPAttributes.from_stat(self._host.path(path).lstat())

    @_told
    def remove(self, path: str) -> int:
        self._host.path(path).unlink()
        return SFTP_OK

    @_told
    def rename(self, oldpath: str, newpath: str) -> int:
        if self._host.path(newpath).exists():
            raise FileExistsError(17, "File exists")
        return self.posix_rename(oldpath, newpath)

    @_told
    def posix_rename(self, oldpath: str, newpath: str) -> int:
        self._host.path(oldpath).replace(self._host.path(newpath))
        return SFTP_OK

    @_told
    def mkdir(self, path: str, attr: SFTPAttributes) -> int:
        self._host.path(path).mkdir()
        return SFTP_OK

    @_told
    def rmdir(self, path: str) -> int:
        self._host.path(path).rmdir()
        return SFTP_OK

    @_told
    def chattr(self, path: str, attr: SFTPAttributes) -> int:
        SFTPServer.set_file_attr(str(self._host.path(path)), attr)
        return SFTP_OK
