"""Backups beside the VMX files: read back for an undo, removed once their run is forgotten."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, HostError, Refused
from ftlab.esxi import files
from ftlab.regex import regex

_OURS = regex(r"/.+\.ftlab-[0-9A-Za-z-]+(\.tmp)?", re.DOTALL)


def copy_back(context: Context, source: str) -> bytes:
    """The bytes of a backup. Raises ``Refused`` (kind ``undo.backup``) where the host says that it
    cannot be read. A lost connection or a time-out says nothing about the backup, and stays what
    it is."""
    try:
        return context.session.read(source)
    except CommandFailed as error:
        raise Refused(
            f"the backup {source} cannot be read: {error}",
            kind="undo.backup",
            hint="set the keys by hand; the old values are in ftlab lab.history",
        ) from error


def discard(context: Context, backups: Sequence[str]) -> list[str]:
    """As :func:`remove`; that one cannot be removed is noted, and no more: the next run tries
    again."""
    try:
        return remove(context, backups)
    except HostError as error:
        context.notes.append(f"old backups stay: {error}")
        return []


def remove(context: Context, backups: Sequence[str]) -> list[str]:
    """Remove these backups, and return those that are gone for good: safe to repeat.

    Only files whose names are those of ftlab's backups, or of what it writes beside them, are
    removed. Raises ``HostError``.
    """
    ours = [path for path in backups if _OURS.fullmatch(path)]
    if context.check or not ours:
        return []
    context.ask(files.build_remove(*ours))
    return ours
