"""What a run's jobs are done on."""

from __future__ import annotations

from dataclasses import field

from ftlab.engine.context import Answers
from ftlab.engine.terms.approval import Plans
from ftlab.engine.terms.leftovers import LeftByHost, Recovery
from ftlab.frozen import frozen


@frozen
class Terms:
    """What is the same for all hosts of a run, here and in workers: its id, whether it stops at
    the plan, the plans that were ``approved``, if somebody was asked (a host that would do
    something else now is refused), and how much is traced (see ``ftlab.engine.wrappers.trace``).
    ``answers``: see :class:`~ftlab.engine.context.Context`; ``left`` and ``recovery``:
    ``ftlab.engine.terms.leftovers``."""

    run: str
    check: bool = False
    approved: Plans | None = None
    trace: int = 0
    answers: Answers = ()
    left: LeftByHost = field(default_factory=dict)
    recovery: Recovery | None = None
