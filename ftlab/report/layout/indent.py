"""Lines set in below the one that they belong to."""

from __future__ import annotations

from ftlab.report.layout.cells import wrapped
from ftlab.report.layout.view import View

INDENT = 4
_LEAST_ROOM = 20


def indented(text: str, view: View, style: str = "") -> list[str]:
    """``text``, which a terminal may show as it is, in as many lines as it needs."""
    room = max(_LEAST_ROOM, view.width - INDENT)
    return [" " * INDENT + view.paint(style, line) for line in wrapped(text, room)]
