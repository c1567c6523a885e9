"""``vft.check``: its answer, and the page of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ftlab.cli.pages.page_file import PageFile
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report


def checked(
    lab: OpenLab, ask: Callable[[], Report], vms: Sequence[str], html: str | None
) -> Report:
    """What ``ask`` finds of these ``vms``; ``html`` names a file to write it to as a page, too.

    Raises ``UsageError`` for a file that cannot be there, before any host is contacted.
    """
    file = PageFile(html)
    report = ask()
    file.write(lambda: _page(lab, report, vms))
    return report


def _page(lab: OpenLab, report: Report, vms: Sequence[str]) -> str:
    from ftlab.report.html.check_page import check_page  # loads the template engine

    return check_page(report, vms, lab.call)
