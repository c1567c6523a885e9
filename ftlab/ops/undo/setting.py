"""A setting as it was before a run, by what the journal keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import Refused
from ftlab.esxi.settings.packed import KnownWay, unpack
from ftlab.esxi.settings.values import between, in_words, normal, same, spelled
from ftlab.journal import JournalChange
from ftlab.ops.settings.engine import PACKED, TARGET, FoundSetting, read_known, write_setting
from ftlab.ops.undo.net_change import NetChange


def undo_setting(
    context: Context,
    net: NetChange,
    entries: Sequence[JournalChange],
    *,
    force: bool,
    cut: bool,
) -> None:
    """``entries`` are the run's changes to the setting, oldest first; ``cut``: a later run was cut
    short at it. Raises ``Refused`` (``undo.changed``) for a value that is not what the run left."""
    known = recorded(entries)
    now = read_known(context, known)
    before = normal(known.name, known.kind, net.before)
    if same(known.kind, now.value, before):
        return
    halfway = (cut or not net.verified) and between(now.value, before, net.change.after)
    if not force and not halfway and not _is_left(known, now.value, net):
        raise Refused(
            f"{known.name} is {in_words(now.value)} now, the run had left {in_words(net.left[0])}",
            kind="undo.changed",
        )
    write_setting(context, FoundSetting(known, now), before)


def is_once(entry: JournalChange) -> bool:
    """Whether what was there before it is gone for good: then it is never undone."""
    return _stays(entry, entry.change.after)


def ends_for_good(entry: JournalChange) -> bool:
    """Whether what it made would be gone for good with its undo: a snapshot, which only the undo of
    its own run removes."""
    return _stays(entry, entry.change.before)


def _stays(entry: JournalChange, value: Any) -> bool:
    if entry.change.target != TARGET:
        return False
    return not {"*", spelled(value)}.isdisjoint(entry.extra[PACKED]["stays"])


def recorded(entries: Sequence[JournalChange]) -> KnownWay:
    """The setting as these changes to it have it; one that knows commands for single values knows
    those of all of them."""
    found = [unpack(entry.extra[PACKED]) for entry in entries]
    known = {value: steps for each in found for value, steps in each.way.by_value.items()}
    return replace(found[-1], way=replace(found[-1].way, by_value=known))


def _is_left(known: KnownWay, now: object, net: NetChange) -> bool:
    return any(same(known.kind, now, left) for left in net.left)
