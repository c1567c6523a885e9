"""Checksums of a host's files, by the algorithm that it has: SHA-256, on 4.x MD5 alone."""

from __future__ import annotations

import hashlib

from ftlab.engine.context import Context
from ftlab.esxi import files
from ftlab.esxi.no_command import has_no_command
from ftlab.model import Command, Completed


def digest(context: Context, data: bytes) -> str:
    """The checksum of ``data`` by the algorithm this host has."""
    if context.traits.md5_only:
        return hashlib.md5(data, usedforsecurity=False).hexdigest()
    return hashlib.sha256(data).hexdigest()


def command(context: Context, *paths: str) -> Command:
    """Ask for the checksums of files, by the algorithm this host has."""
    old = context.traits.md5_only
    return files.build_md5(*paths) if old else files.build_sha256(*paths)


def is_missing(context: Context, done: Completed) -> bool:
    """Whether this answer to :func:`command` tells for the first time that the host has only
    ``md5sum``, which is remembered: asking again is worth it then."""
    if not has_no_command(done):
        return False
    known, context.traits.md5_only = context.traits.md5_only, True
    return not known


def shows(context: Context, summed: Completed, path: str, data: bytes) -> bool:
    """Whether ``summed`` (of :func:`command`) says that the file at ``path`` holds ``data``."""
    return files.parse_checksums(summed.out).get(path) == digest(context, data)
