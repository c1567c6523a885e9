"""``date``: what time it is on a host."""

from __future__ import annotations

from ftlab.esxi.text import unreadable
from ftlab.model import Command
from ftlab.whole_number import read_whole


def build_clock() -> Command:
    """Ask for the seconds since 1970. Changes nothing."""
    return Command(("date", "-u", "+%s"), repeatable=True)


def parse_clock(text: str) -> float:
    """The host's time, in seconds since 1970. Raises ``ParseError``."""
    seconds = read_whole(text.strip(), 11)
    if seconds is None:
        raise unreadable("not a number of seconds", text)
    return float(seconds)
