"""``lab.plan`` and its output formats: text, document, page."""

from __future__ import annotations

from pathlib import Path

from ftlab.cli.history import Answer
from ftlab.engine.lab import Lab
from ftlab.engine.report import exit_code
from ftlab.errors import FtlabError, UsageError
from ftlab.ops.profiles.fleet import Wanted, plan
from ftlab.report.html import page
from ftlab.report.json.document import document
from ftlab.report.terminal.plan import render_plan


def planned(lab: Lab, wanted: Wanted, html: str | None = None) -> Answer:
    """The plan; ``html`` names a file to write it to as a page, too.

    Raises ``UsageError`` for a file that cannot be there, before any host is contacted.
    """
    target = None if html is None else _writable(html)
    report = plan(lab, wanted)
    if target is not None:
        _write(target, page(report, wanted.profile))
    return Answer(
        document=lambda: document(report),
        text=lambda view: render_plan(report, view),
        exit_code=exit_code(report),
        report=report,
    )


def _writable(name: str) -> Path:
    path = Path(name).expanduser()
    if not name or path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"--html {name}: is a directory, or its folder does not exist")
    return path


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FtlabError(f"{path} cannot be written: {reason}", kind="html") from error
