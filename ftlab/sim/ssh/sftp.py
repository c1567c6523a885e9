"""The SFTP subsystem of a simulated host, on its own files."""

from __future__ import annotations

import os
import posixpath
from typing import Any

from asyncssh import SFTPOpUnsupported, SFTPPermissionDenied, SFTPServer

from ftlab.sim.model.host import SimHost


class HostFiles(SFTPServer):
    """The host's files by remote path, served as asyncssh does it; there are no links."""

    def __init__(self, host: SimHost, chan: Any) -> None:
        super().__init__(chan)
        self._host = host

    def map_path(self, path: bytes) -> bytes:
        try:
            return os.fsencode(self._host.path(os.fsdecode(path)))
        except PermissionError as error:
            raise SFTPPermissionDenied(str(error)) from error

    def realpath(self, path: bytes) -> bytes:
        return posixpath.normpath(b"/" + path)

    def _unsupported(self, *_paths: bytes) -> Any:
        raise SFTPOpUnsupported("not simulated")

    readlink = symlink = link = statvfs = _unsupported  # type: ignore[assignment]
