"""Which hosts one term of a pattern means.

To Ansible a term is a word, a glob or a ``~regex``, and all but a regex may end with a subscript:
``[0]``, ``[-1]`` or ``[1:3]``, where both ends count. To ftlab it may also be a host name with
ranges of numbers (:mod:`ftlab.inventory.number_ranges`). A term that is both, and means other
hosts to each, is refused.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate
from typing import NamedTuple

from ftlab.errors import InventoryError
from ftlab.inventory.fold import fold
from ftlab.inventory.host_ranges import MOST_HOSTS
from ftlab.inventory.number_ranges import NumberRanges, parse_ranges
from ftlab.inventory.terms import pattern_error, refuse_open
from ftlab.model import Host
from ftlab.nearest import suggest
from ftlab.regex import regex

_SUBSCRIPT = regex(r"(.+)\[(?:(-?[0-9]{1,9})|([0-9]{1,9})[:-]([0-9]{0,9}))\]")
_COMMA_INSIDE = regex(r"\[[^\]]*,[^\]]*\]")
_GLOB = frozenset(".?*[")  # a dot counts, so that a group cannot hide a host of a like name
_WILD = frozenset("?*[")


class Match(NamedTuple):
    """The hosts that a term means, and what of it names nothing that is known."""

    hosts: Sequence[str]
    unknown: str = ""


class Names(NamedTuple):
    """What a pattern can name: hosts as the file first lists them; groups with all their hosts."""

    hosts: Mapping[str, Host]
    groups: Mapping[str, Sequence[str]]

    def match(self, term: str, mode: str = "") -> Match:
        """The hosts that one term matches.

        A plain term that is a host's name means that host, even if a group bears the name too.
        Raises InventoryError for a broken regex, bracket or range, for a single subscript out of
        range, and for a term with two meanings.
        """
        if not mode and term in self.hosts:
            return Match([term])
        if term[0] == "~":
            return self._as_ansible(term)
        refuse_open(term)
        ranges = parse_ranges(term)
        if ranges is not None:
            return self._as_either(term, ranges)
        if _COMMA_INSIDE.search(term):
            raise pattern_error(
                f"{term!r}: brackets with a comma in them are for host names with numbers",
                hint="such as 'vesxi[01-03,05]'",
            )
        return self._as_ansible(term)

    def _as_either(self, term: str, ranges: NumberRanges) -> Match:
        """A term that may be a host name with ranges."""
        if ranges.certain:
            return self._as_ranges(term, ranges)
        try:
            other = self._as_ansible(term)
        except InventoryError:  # a subscript out of range
            found = self._as_ranges(term, ranges)
            if found.hosts:
                return found
            raise
        if other.hosts and (ranges.fault or ranges.count > MOST_HOSTS):
            return other
        found = self._as_ranges(term, ranges)
        if found.hosts and other.hosts and set(found.hosts) != set(other.hosts):
            raise _two_meanings(term, found.hosts, other.hosts)
        return found if found.hosts else other

    def _as_ranges(self, term: str, ranges: NumberRanges) -> Match:
        """Raises InventoryError for a range that cannot be meant."""
        if ranges.fault:
            raise pattern_error(f"{term!r}: {ranges.fault}")
        if ranges.count > max(MOST_HOSTS, len(self.hosts)):
            raise pattern_error(f"{term!r} stands for more than {MOST_HOSTS} hosts")
        names = list(ranges.names())
        known = [name for name in names if name in self.hosts]
        if not known:
            return Match((), term)
        return Match(known, fold(name for name in names if name not in self.hosts))

    def _as_ansible(self, term: str) -> Match:
        found = None if term[0] == "~" else _SUBSCRIPT.fullmatch(term)
        if found is None:
            return self._named(term, term)
        word, index, first, last = found.groups()
        hosts, unknown = self._named(word, term)
        if not hosts:
            return Match((), unknown)
        if index is None:
            return Match(hosts[int(first) : int(last) + 1 if last else None])
        return Match([_at(hosts, int(index), term)])

    def _named(self, word: str, term: str) -> Match:
        """Hosts of the matching groups; then, for a glob, a regex or no group, matching hosts."""
        groups = _matching(word, self.groups)
        hosts = [host for name in groups for host in self.groups[name]]
        if not groups or word[0] == "~" or not _GLOB.isdisjoint(word):
            hosts += _matching(word, self.hosts)
        return Match(hosts, "" if hosts or groups else term)

    def suggest(self, term: str) -> str:
        """The names nearest to a term that matched nothing."""
        found = _SUBSCRIPT.fullmatch(term)
        return suggest(found[1] if found else term, [*self.groups, *self.hosts])


def _at(hosts: Sequence[str], index: int, pattern: str) -> str:
    try:
        return hosts[index]
    except IndexError:
        raise pattern_error(f"{pattern!r} is out of range: {len(hosts)} hosts match") from None


def _matching(word: str, names: Mapping[str, object]) -> list[str]:
    if word[0] != "~" and _WILD.isdisjoint(word):
        return [word] if word in names else []
    shape = _compile(word)
    return [name for name in names if shape.match(name)]


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # what "[[" may mean one day
            return re.compile(pattern[1:] if pattern[0] == "~" else translate(pattern))
    except (re.error, RecursionError, OverflowError) as wrong:
        raise pattern_error(f"{pattern!r} is not a valid regular expression: {wrong}") from None


def _two_meanings(term: str, ranges: Iterable[str], other: Sequence[str]) -> InventoryError:
    """Both readings, and how to write each so that it has no other."""
    these, those = fold(ranges, certain=True), fold(other, certain=True)
    found = _SUBSCRIPT.fullmatch(term)
    if found is None:
        kind, spelling = "wildcard", those
    else:
        word, index, first, last = found.groups()
        kind = f"subscript of {word}"
        spelling = f"{word}[{int(first or index)}:{int(last or index)}]"
    return pattern_error(
        f"{term!r} can be read in two ways: as the hosts {these}, "
        f"or as Ansible's {kind}, which is {those}",
        hint=f"write '{these}' for the first, '{spelling}' for the second",
    )
