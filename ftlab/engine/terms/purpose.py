"""What a run is for."""

from __future__ import annotations

from typing import Any

from ftlab.engine.terms.approval import Round
from ftlab.engine.terms.leftovers import Recovery
from ftlab.frozen import frozen


@frozen
class Purpose:
    """What a run is for: its task, the arguments worth remembering, whether it may change hosts,
    and which ``round`` of it this is. ``apart``: no host's work needs another's, so that each may
    be done in another process. Of ``recovery`` and ``left_of`` (the one run that it is about) see
    ``ftlab.engine.terms``."""

    task: str
    args: Any
    changes: bool
    round: Round
    apart: bool = False
    recovery: Recovery | None = None
    left_of: str | None = None
