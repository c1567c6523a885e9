"""A setting that two commands of a user's own show and set, as it was before a run."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.errors import Refused
from ftlab.journal import JournalChange
from ftlab.model import Change
from ftlab.ops.command_setting import TARGET, carry_out, recorded_commands, value_of
from ftlab.ops.undo.net_change import Effect


def undo_setting(
    context: Context, effect: Effect, entries: Sequence[JournalChange], *, force: bool
) -> None:
    """``entries`` are the run's changes to the setting, oldest first. Raises ``Refused``
    (``undo.changed``) for a value that is not what the run left."""
    change, commands = effect.change, recorded_commands(entries[-1].extra)
    now = value_of(context, commands)
    if now == change.before:
        return
    if now not in effect.left and not force:
        raise Refused(
            f"{change.path} is {now!r} now, the run had left {effect.left[0]!r}",
            kind="undo.changed",
        )
    back = recorded_commands(entries[0].extra).get("back")
    if back is None:
        raise Refused(
            f"{change.path}: no command is known that sets {change.before!r} again",
            kind="undo.changed",
        )
    again = {"read": commands["read"], "set": back}
    if now == change.after:  # only for this value is there a command that would set it again
        again["back"] = commands["set"]
    carry_out(context, Change(TARGET, now, change.before, path=change.path), again)
