"""What stands at the top of a page: what it is about, and how it ended."""

from __future__ import annotations

from ftlab.engine.report import Report, summary
from ftlab.frozen import frozen
from ftlab.report.html.host_folds import WORST_FIRST
from ftlab.report.layout.values import format_duration
from ftlab.report.terminal.render import STOPPED


@frozen(slots=True)
class PageHead:
    """``facts`` are pairs of a word and its value; ``counts`` of a status and its hosts; ``next``
    are sentences that end with a command."""

    task: str
    title: str
    facts: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, int], ...]
    stopped: str = ""
    next: tuple[str, ...] = ()


def minute(started: str) -> str:
    """``2026-01-02 03:04 UTC``; a text of another form as it stands."""
    date, sign, time = started.partition("T")
    return f"{date} {time[:5]} UTC" if sign else started


def head_of(report: Report, title: str, *more: tuple[str, str]) -> PageHead:
    """For the page of a run that has just been; ``more`` facts come first."""
    facts = (
        *more,
        ("run", report.run),
        ("started", minute(report.started)),
        ("took", format_duration(report.seconds)),
    )
    return PageHead(
        report.task, title, facts, counts_of(report), STOPPED.get(report.stopped or "", "")
    )


def counts_of(report: Report) -> tuple[tuple[str, int], ...]:
    """How many hosts ended so, the worst first, without zeros."""
    counts = summary(report)
    return tuple((each, counts[each]) for each in WORST_FIRST if counts[each])
