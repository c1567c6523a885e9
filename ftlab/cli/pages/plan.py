"""``lab.plan`` and its output formats: text, document, page."""

from __future__ import annotations

from collections.abc import Callable

from ftlab.cli.listing import Listing
from ftlab.cli.pages.page_file import PageFile
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report, exit_code
from ftlab.report.json.document import document
from ftlab.report.terminal.plan import render_plan


def planned(
    lab: OpenLab, make: Callable[[], Report], profile: str, html: str | None = None
) -> Listing:
    """The plan that ``make`` makes; ``html`` names a file to write it to as a page, too.

    Raises ``UsageError`` for a file that cannot be there, before any host is contacted.
    """
    file = PageFile(html)
    report = make()
    file.write(lambda: _page(lab, report, profile))
    return Listing(
        document=lambda: document(report),
        text=lambda view: render_plan(report, view),
        exit_code=exit_code(report),
        report=report,
    )


def _page(lab: OpenLab, report: Report, profile: str) -> str:
    from ftlab.report.html.plan_page import plan_page  # loads the template engine

    return plan_page(report, profile, lab.call)
