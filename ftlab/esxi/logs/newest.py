"""The newest failure in logs that may hold several. Pure.

Somebody else has made the attempt, so nobody remembered where the logs ended before it. What it
wrote is told apart by the id of its migration, and where lines have none, by the time that passed.
"""

from __future__ import annotations

from calendar import timegm
from collections.abc import Callable, Iterable, Sequence

from ftlab.esxi.logs.entries import migration_ids
from ftlab.frozen import frozen
from ftlab.regex import regex

GAP = 30.0
"""Seconds: the lines of one failure follow each other; vMotion's own time-out is 20 s."""
_TIME = r"([0-9]{2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,6})?)"
_ISO = regex(r"\[?([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]" + _TIME)
_SYSLOG = regex(r"([A-Z][a-z]{2}) ([ 0-9][0-9]) " + _TIME)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY, _YEAR = 86_400, 31_556_952  # seconds


@frozen
class StartFailure:
    """What the logs of one host say of a VM's newest failed start. ``when``: seconds since 1970 by
    that host's own clock; ``None`` where its lines have no time. ``line`` is the last one that
    shows a failure."""

    when: float | None
    line: str
    lines: tuple[str, ...]


@frozen
class _Row:
    """A line of a log, with the time and the migration of the lines before it where it has none
    itself. ``at``: its place among all rows."""

    at: int
    log: int
    when: float | None
    migration: str | None
    text: str
    shows: bool

    @property
    def rank(self) -> tuple[float, int]:
        return self.when or 0.0, self.at


def newest_failure(
    logs: Iterable[Sequence[str]], shows: Callable[[str], bool], now: float
) -> StartFailure | None:
    """The newest failure in logs of one host, each in the order of time; ``shows`` tells a line
    that shows one. ``now``, in seconds since 1970, gives lines without a year (4.x) theirs."""
    rows = _rows(logs, shows, now)
    shown = [row for row in rows if row.shows]
    if not shown:
        return None
    last = max(shown, key=lambda row: row.rank)
    mine = _of_one_attempt(rows, last)
    begins = _beginning([row for row in mine if row.shows], last)
    kept = [row.text for row in mine if row.when is None or begins is None or row.when >= begins]
    return StartFailure(last.when, last.text.strip(), tuple(kept))


def _rows(logs: Iterable[Sequence[str]], shows: Callable[[str], bool], now: float) -> list[_Row]:
    rows: list[_Row] = []
    for log, text in enumerate(logs):
        when: float | None = None
        migration: str | None = None
        for line in text:
            when = moment(line, now) or when
            migration = next(iter(sorted(migration_ids([line]))), migration)
            rows.append(_Row(len(rows), log, when, migration, line, shows(line)))
    return rows


def _of_one_attempt(rows: Sequence[_Row], last: _Row) -> list[_Row]:
    """The rows of the same migration. A log that does not speak of it counts as far as it has no
    other one."""
    speaking = {row.log for row in rows if row.migration == last.migration}
    return [
        row
        for row in rows
        if row.migration == last.migration or (row.log not in speaking and row.migration is None)
    ]


def _beginning(shown: Sequence[_Row], last: _Row) -> float | None:
    """Back from the last line, as long as the lines that show a failure follow each other."""
    begins = last.when
    for row in sorted(shown, key=lambda row: row.rank, reverse=True):
        if begins is None or row.when is None:
            continue
        if begins - row.when > GAP:
            break
        begins = min(begins, row.when)
    return begins


def moment(line: str, now: float) -> float | None:
    """The time at a line's beginning. One without a year is of the last twelve months before
    ``now``."""
    if found := _ISO.match(line):
        year, month, day, *time = found.groups()
        return _seconds((int(year), int(month), int(day)), time)
    found = _SYSLOG.match(line)
    if found is None or found[1] not in _MONTHS:
        return None
    name, day, *time = found.groups()
    this = 1970 + int((now + _DAY) / _YEAR)
    dates = [(year, _MONTHS.index(name) + 1, int(day)) for year in (this, this - 1)]
    known = [when for date in dates if (when := _seconds(date, time)) is not None]
    return next((when for when in known if when <= now + _DAY), None)


def _seconds(date: tuple[int, int, int], time: Sequence[str]) -> float | None:
    hour, minute, second = time
    try:
        return timegm((*date, int(hour), int(minute), 0)) + float(second)
    except ValueError:
        return None
