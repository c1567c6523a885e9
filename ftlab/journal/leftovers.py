"""What runs have left undone on a host: changes that nobody saw the end of, and VMs that were
taken down for a while and not brought up again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ftlab.journal.records import JournalChange

COMES_BACK: Final = "comes_back"
"""In a change's ``extra``: the power that a VM is to have again, once it was off for a while."""
RESOLVED: Final = "resolved"
"""In a change's ``extra``: the run that has seen to what was left of it."""

UNREAD: Final = "unread"
"""In a change's ``extra``: nobody can read back what it did, so that *applied* is its end."""

KEPT: Final = "backup_kept"
"""In an entry that :meth:`History.left` gives: another change needs its backup."""

_IN_DOUBT: Final = frozenset({"intended", "applied"})


def left_by(entries: Iterable[JournalChange]) -> tuple[JournalChange, ...]:
    """Of one host's changes, oldest first, those that something is left of.

    A VM that went down for a while is owed its power until it was seen on again, was told to be
    off, or that step was undone.
    """
    in_doubt: dict[int, JournalChange] = {}
    owed: dict[str, JournalChange] = {}
    for entry in entries:
        if entry.change.target == "power":
            _note_power(entry, owed)
        if _is_in_doubt(entry):
            in_doubt[entry.id] = entry
    found = in_doubt | {entry.id: entry for entry in owed.values()}
    return tuple(found[id_] for id_ in sorted(found))


def _is_in_doubt(entry: JournalChange) -> bool:
    if entry.extra.get(RESOLVED) or (entry.state == "applied" and entry.extra.get(UNREAD)):
        return False
    return entry.state in _IN_DOUBT


def _note_power(entry: JournalChange, owed: dict[str, JournalChange]) -> None:
    """``owed``, by VMX path, are the steps down that a step up is still to follow."""
    path, change = entry.change.path or "", entry.change
    if change.after == "on":
        if entry.state == "verified":
            owed.pop(path, None)
    elif entry.extra.get(COMES_BACK) and entry.state != "undone" and not entry.extra.get(RESOLVED):
        if entry.state != "failed":  # then it never went down
            owed[path] = entry
    else:
        owed.pop(path, None)


def keeps_backup(entry: JournalChange, of_its_run: Iterable[JournalChange]) -> bool:
    """Whether another change needs the backup that this one was to make: of the same run, to the
    same file, and not in doubt itself."""
    backup = entry.extra.get("backup")
    return any(
        other.host == entry.host
        and other.extra.get("backup") == backup
        and other.state not in _IN_DOUBT
        for other in of_its_run
    )


def is_owed(entry: JournalChange) -> bool:
    """Whether the VM was to come back after this step."""
    return entry.change.target == "power" and bool(entry.extra.get(COMES_BACK))
