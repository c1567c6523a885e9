"""``vim-cmd vmsvc/queryftcompat``: the host's own verdict on a VM, in its own words.

The command is listed by hosts of 5.1 to 6.7; what it prints has not been published, so its answer
is shown and not read.
"""

from __future__ import annotations

from ftlab.model import Command

_SHOWN = 500


def build_query(vmid: int) -> Command:
    """Ask whether the VM and Fault Tolerance go together. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/queryftcompat", str(vmid)), repeatable=True)


def in_one_line(text: str) -> str:
    """The answer in one line, cut to 500 characters; empty for an empty one."""
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]} …"
