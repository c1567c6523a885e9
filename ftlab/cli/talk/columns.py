"""How wide the terminal behind stderr is."""

from __future__ import annotations

import os
import sys

_USUAL = 80


def columns() -> int:
    """In cells; the usual where it is gone or does not know."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL
    except (OSError, ValueError):  # the terminal is gone, the run goes on
        return _USUAL
