"""One file as it was before a run."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.errors import Refused
from ftlab.journal import JournalChange
from ftlab.ops.files import remote
from ftlab.ops.undo.net_change import Effect


def undo_file(
    context: Context, effect: Effect, entries: Sequence[JournalChange], *, force: bool
) -> None:
    """Put back what was there, from its backup, or take the file away that was not there; nothing
    where that is so already. Raises ``Refused`` (``undo.changed``) unless the file is what the run
    left, or with ``force``; ``undo.backup`` where the backup cannot serve."""
    path = effect.change.path or ""
    now = remote.look(context, path)
    if now.digest == effect.before:
        return
    if now.digest not in effect.left and not force:
        raise Refused(f"{path} has been changed since", kind="undo.changed", path=path)
    if effect.before is None:
        remote.remove(context, now)
        return
    backup = next((str(e.extra["backup"]) for e in entries if e.extra.get("backup")), "")
    if not backup:
        raise Refused(
            f"the run has taken {path} away, and there is no backup of it",
            kind="undo.backup",
            hint="ftlab fleet.copy puts a file there",
            path=path,
        )
    remote.restore(context, now, backup, str(effect.before))
