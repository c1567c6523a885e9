"""``demo``: the whole story on a simulated lab."""

from __future__ import annotations

from typing import Any

import invoke

from ftlab.cli.front_ends.own_task import HostlessTask


@invoke.task(
    klass=HostlessTask, auto_shortflags=False, help={"hosts": "how many simulated hosts (8)"}
)
def demo(_context: Any, hosts: int = 8) -> None:
    """Tell the whole story on a simulated lab: reach, plan, enable, fail, diagnose, remedy, undo.

    Example: ftlab demo
    """
    from ftlab.cli.demo.play import run_story
    from ftlab.cli.run_task import guarded

    guarded(lambda: run_story(hosts), task="demo")
