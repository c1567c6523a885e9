"""Where a command of the small shell reads and writes: the host's files, or the SSH channel."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from ftlab.sim.shell.errors import Refused

NOTHING = "/dev/null"
_MODES = {"<": "rb", ">": "wb", ">>": "ab"}


class Stream(Protocol):
    """The part of a binary file object that commands use."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes, or everything up to the end."""

    def write(self, data: bytes, /) -> int | None:
        """Append bytes."""


def open_file(name: str, local: Path, operator: str, opened: ExitStack) -> Stream:
    """The file ``name`` of the host, which lies at ``local``. Raises ``OSError``; other devices
    than ``/dev/null`` are refused."""
    if name == NOTHING:
        local = Path(os.devnull)
    elif name.startswith("/dev/"):
        raise Refused(f"the device {name}")
    return opened.enter_context(local.open(_MODES[operator], buffering=0))
