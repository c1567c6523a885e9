"""``fleet.copy``: a file of this machine on every host."""

from __future__ import annotations

import posixpath
from pathlib import Path

from ftlab.engine.context import Context
from ftlab.errors import UsageError
from ftlab.esxi import files
from ftlab.facts.hosts import FileFacts
from ftlab.frozen import frozen
from ftlab.ops.files import remote
from ftlab.ops.files.host_path import host_path
from ftlab.user_files import expanded, why_unreadable

MOST = 64 * 1024 * 1024
"""Bytes: a file is held in memory, and travels in one command."""


@frozen
class CopyFile:
    """``data`` at ``path`` on the host. A file that is there keeps its mode and owner, and stays
    beside it as a backup; a new one gets ``mode``."""

    data: bytes
    path: str
    mode: int
    changes = True

    def on(self, context: Context) -> FileFacts:
        path = files.datastore_path(self.path)
        found = remote.look(context, path)
        if found.digest is None:
            remote.look_for_folder(context, path)
        remote.put(context, found, self.data, self.mode)
        digest = remote.digest_of(self.data)
        return {"file": {"path": path, "size": len(self.data), "sha256": digest}}


def copy_job(source: str, target: str) -> CopyFile:
    """The job for a local file; a ``target`` that ends in ``/`` is the folder it goes to. Raises
    ``UsageError`` for a file that cannot be read, is none, or is larger than 64 MiB, and for a
    ``target`` that is no path."""
    local = _local(source)
    try:
        if not local.is_file():
            raise UsageError(f"{source} is not a regular file", hint="fleet.copy FILE PATH")
        if local.stat().st_size > MOST:
            raise UsageError(f"{source} is larger than {MOST >> 20} MiB")
        data, mode = local.read_bytes(), local.stat().st_mode & 0o777
    except OSError as error:
        raise UsageError(f"{source}: cannot be read: {why_unreadable(error)}") from error
    path = posixpath.join(target, local.name) if target.endswith("/") else target
    return CopyFile(data, host_path(path), mode)


def _local(source: str) -> Path:
    try:
        return expanded(source)
    except OSError as error:
        raise UsageError(f"{source}: {error.strerror}") from error
