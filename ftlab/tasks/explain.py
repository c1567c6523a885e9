"""``explain``: what an error means, why it happens, and what to do."""

from __future__ import annotations

from typing import Any

import invoke

from ftlab.cli.front_ends.own_task import HostlessTask


@invoke.task(
    klass=HostlessTask,
    auto_shortflags=False,
    help={"kind": "the kind of an error, as the screen and the JSON name it; may stand alone"},
)
def explain(_context: Any, kind: str | None = None) -> None:
    """Say what an error means, why it happens, and what to do; without a kind, list all.

    Example: ftlab explain hostkey.changed
    """
    from ftlab.cli.explain.explain import shown
    from ftlab.cli.run_task import printed

    printed(lambda: shown(kind), task="explain")
