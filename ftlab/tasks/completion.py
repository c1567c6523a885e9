"""``completion``: the script that teaches a shell to complete ``ftlab``."""

from __future__ import annotations

from typing import Any

import invoke

from ftlab.cli.front_ends.own_task import HostlessTask


@invoke.task(
    klass=HostlessTask,
    auto_shortflags=False,
    help={"shell": "bash, zsh or fish"},
    positional=["shell"],
)
def completion(_context: Any, shell: str) -> None:
    """Print the script that completes tasks, flags, hosts, VMs and options in a shell.

    Example: ftlab completion bash
    """
    from ftlab.cli.completion.scripts import script
    from ftlab.cli.run_task import printed

    printed(lambda: script(shell), task="completion")
