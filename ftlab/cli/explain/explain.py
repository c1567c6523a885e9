"""What ``ftlab explain`` prints: a kind's page, or all kinds with what they mean."""

from __future__ import annotations

import os
import re
import shutil
import sys

from ftlab.cli.explain.markdown import on_terminal, plain
from ftlab.cli.explain.pages import kinds, page_of
from ftlab.report.layout.style import Paint, wants_color
from ftlab.report.layout.table import Cell, table

_WIDEST = 100


def shown(kind: str | None) -> str:
    """A kind's page, or the list, as this terminal can show it. Raises ``UsageError``."""
    width = shutil.get_terminal_size((_WIDEST, 24)).columns
    paint = Paint(wants_color(os.environ, sys.stdout.isatty()))
    return explained(kind, width, paint) if kind else listed(width, paint)


def explained(kind: str, width: int, paint: Paint) -> str:
    """The page of a kind. For a failure that the logs show, first what is known of that one.
    Raises ``UsageError`` for what is no kind."""
    rest = page_of(kind).partition("\n")[2]
    return on_terminal(f"# {kind}\n{_known_failure(kind)}{rest}", min(width, _WIDEST), paint)


def _known_failure(kind: str) -> str:
    """The row of a signature, as a part of a page; "" for other kinds."""
    from ftlab.esxi.logs.registry import SIGNATURES

    row = next((row for row in SIGNATURES if f"vft.{row.name}" == kind), None)
    if row is None:
        return ""
    meaning = row.meaning[:1].upper() + row.meaning[1:]
    return f"\n{meaning}.\n\n- what helps: {row.advice}\n- known from: {row.source}\n"


def listed(width: int, paint: Paint) -> str:
    """Every kind with the first sentence of its page."""
    rows = [[Cell(kind, "bold"), Cell(_meaning(page_of(kind)))] for kind in kinds()]
    lines = table(rows, width=min(width, _WIDEST), paint=paint, indent=0)
    return "\n".join([*lines, "", "ftlab explain KIND says more about one."]) + "\n"


def _meaning(page: str) -> str:
    paragraph = " ".join(page.split("\n\n")[1].split())
    return plain(re.split(r"(?<=[.])\s", paragraph)[0])
