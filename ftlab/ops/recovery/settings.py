"""A setting or a file that a run was cut short at: which of its two values has it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ftlab.engine.context import Context
from ftlab.errors import NotApplicable
from ftlab.esxi.settings import values
from ftlab.journal import JournalChange
from ftlab.journal.leftovers import KEPT
from ftlab.ops import advopt
from ftlab.ops.files import remote
from ftlab.ops.recovery.strays import remove_strays
from ftlab.ops.settings import engine
from ftlab.ops.undo.setting import recorded

Recovered = Callable[[Context, Sequence[JournalChange]], None]


def _option(context: Context, left: Sequence[JournalChange]) -> None:
    try:
        now = advopt.read_option(context, left[-1].change.path or "").value
    except NotApplicable:
        context.resolve(left)
        return
    context.resolve(left, _state(left, now))


def _setting(context: Context, left: Sequence[JournalChange]) -> None:
    """Of a list that is between its two values nobody knows more than that."""
    known = recorded(left)
    now, first, last = engine.read_known(context, known).value, left[0].change, left[-1].change
    state = "undone" if values.same(known.kind, now, first.before) else None
    if values.same(known.kind, now, last.after):
        state = "verified"
    _tidy(context, left, state)
    context.resolve(left, state)


def _file(context: Context, left: Sequence[JournalChange]) -> None:
    state = _state(left, remote.look(context, left[0].change.path or "").digest)
    _tidy(context, left, state)
    context.resolve(left, state)


def _tidy(context: Context, left: Sequence[JournalChange], state: str | None) -> None:
    """A file's bytes in the making go, and the copy of what is still there."""
    copies = [str(e.extra["backup"]) for e in left if e.extra.get("backup")]
    needed = state != "undone" or any(e.extra.get(KEPT) for e in left)
    beside = [str(e.extra["temporary"]) for e in left if e.extra.get("temporary")]
    remove_strays(context, left[0].run, [*beside, *([] if needed else copies)])


def _state(left: Sequence[JournalChange], now: object) -> str | None:
    """How far the changes came; ``None`` where somebody else has been there since."""
    if now == left[-1].change.after:
        return "verified"
    return "undone" if now == left[0].change.before else None


SETTINGS: Mapping[str, Recovered] = {
    "advopt": _option,
    engine.TARGET: _setting,
    remote.TARGET: _file,
}
"""By target: what sees to it, given all that one run has left of one setting, oldest first."""
