"""Onto the screen."""

from __future__ import annotations

import os
import shutil
import sys

from ftlab.cli.explain.explain import WIDEST, explained, listed
from ftlab.report.layout.style import Paint, wants_color
from ftlab.report.write import emit_text


def show(kind: str | None) -> int:
    """Print a kind's page, or the list; returns the exit code. Raises ``UsageError``."""
    width = shutil.get_terminal_size((WIDEST, 24)).columns
    paint = Paint(wants_color(os.environ, sys.stdout.isatty()))
    emit_text(explained(kind, width, paint) if kind else listed(width, paint))
    return 0
