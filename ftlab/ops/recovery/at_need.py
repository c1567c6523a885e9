"""Recovery for runs that mostly have nothing to recover: loaded where something is left."""

from __future__ import annotations

from ftlab.engine.context import Context
from ftlab.frozen import frozen


@frozen
class RecoverAtNeed:
    """Implements :class:`ftlab.engine.terms.leftovers.Recovery` by
    :class:`~ftlab.ops.recovery.recover.Recover`, which knows all that a run can leave: a sixth of
    what a command would load."""

    def before(self, context: Context) -> None:
        from ftlab.ops.recovery.recover import Recover

        Recover().before(context)

    def after(self, context: Context) -> None:
        from ftlab.ops.recovery.recover import Recover

        Recover().after(context)
