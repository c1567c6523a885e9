"""OpenSSH's patterns: ``*`` and ``?`` and nothing else, alone or as a list with ``!``."""

from __future__ import annotations

import functools
import re

from ftlab.ssh.config.words import lower


def matches(text: str, pattern: str) -> bool:
    """Whether the whole text matches one pattern; capitals count."""
    return _compiled(pattern).fullmatch(text) is not None


def matches_list(text: str, patterns: str, *, small: bool = False) -> bool:
    """Whether one of the patterns between commas matches, and none behind a ``!`` does.
    ``small``: the patterns are taken in small letters."""
    found = False
    for each in (lower(patterns) if small else patterns).split(","):
        if matches(text, each.removeprefix("!")):
            if each.startswith("!"):
                return False
            found = True
    return found


def matches_host(name: str, patterns: str) -> bool:
    """The same for host names, whose capitals do not count."""
    return matches_list(lower(name), patterns, small=True)


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Several asterisks are one: else a pattern of many could take for ever.
    parts = re.split(r"(\*+|\?)", pattern)
    wild = {"*": ".*", "?": "."}
    text = "".join(wild.get(part[:1], "") or re.escape(part) for part in parts)
    return re.compile(text, re.DOTALL)
