"""``lab.plan`` and its output formats: text, document, page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ftlab.cli.history import Listing
from ftlab.engine.report import Report, exit_code
from ftlab.errors import FtlabError, UsageError
from ftlab.report.html import page
from ftlab.report.json.document import document
from ftlab.report.terminal.plan import render_plan
from ftlab.user_files import check_target, write_text


def planned(make: Callable[[], Report], profile: str, html: str | None = None) -> Listing:
    """The plan that ``make`` makes; ``html`` names a file to write it to as a page, too.

    Raises ``UsageError`` for a file that cannot be there, before any host is contacted.
    """
    target = None if html is None else _writable(html)
    report = make()
    if target is not None:
        _write(target, page(report, profile))
    return Listing(
        document=lambda: document(report),
        text=lambda view: render_plan(report, view),
        exit_code=exit_code(report),
        report=report,
    )


def _writable(name: str) -> Path:
    try:
        return check_target(name)
    except OSError as error:
        raise UsageError(f"--html {name}: cannot be written: {error.strerror}") from None


def _write(path: Path, text: str) -> None:
    try:
        write_text(path, text)
    except OSError as error:
        raise FtlabError(f"{path} cannot be written: {error.strerror}", kind="html") from error
