"""The last term of a host pattern, as Ansible writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ftlab.regex import regex

_LAST_TERM = regex(r"(?P<before>.*[:,])?(?P<sign>[!&]?)(?P<term>[^:,]*)", re.DOTALL)


def pattern_candidates(word: str, names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The whole pattern with its last term completed to each of the ``names``; those that stand
    in it already are left out."""
    found = _LAST_TERM.fullmatch(word)
    if found is None:
        return []
    before, sign, term = found["before"] or "", found["sign"], found["term"]
    there = {each.lstrip("!&") for each in re.split("[:,]", before)}
    return [
        (f"{before}{sign}{name}", about)
        for name, about in names
        if name.startswith(term) and name not in there
    ]
