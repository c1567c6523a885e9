"""Ansible's host patterns: how a text falls into terms, and which hosts one term matches.

The rules are those of Ansible's ``inventory/manager.py``: commas separate, and colons do where
there is no comma; ``!`` excludes and ``&`` intersects; a term is a word, a glob or a ``~regex``,
and all but a regex may end with a subscript, ``[0]``, ``[-1]`` or ``[1:3]`` (both ends count).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from typing import NamedTuple

from ftlab.errors import InventoryError
from ftlab.inventory.host_ranges import split_port
from ftlab.inventory.nearest import suggest
from ftlab.model import Host

_BETWEEN_COLONS = re.compile(r"(?:[^\s:\[\]]|\[[^\]]*\])+")
_SUBSCRIPT = re.compile(r"(.+)\[(?:(-?[0-9]{1,9})|([0-9]{1,9})[:-]([0-9]{0,9}))\]")
_MODES = ("!", "&")
_GLOB = frozenset(".?*[")  # a dot counts, so that a group cannot hide a host of a like name


def split_pattern(text: str) -> list[str]:
    """The terms of a pattern. An IPv6 address or a lone ``name:port`` stays in one piece."""
    if "," in text:
        pieces = text.split(",")
    else:
        pieces = [text] if split_port(text) else _BETWEEN_COLONS.findall(text)
    return [piece.strip() for piece in pieces if piece.strip()]


def split_mode(term: str) -> tuple[str, str]:
    """``!web`` → ``("!", "web")``. Raises InventoryError for a mark with nothing behind it."""
    if term[0] not in _MODES:
        return "", term
    if not term[1:]:
        raise pattern_error(f"{term!r} stands alone in a host pattern")
    return term[0], term[1:]


def pattern_error(message: str, hint: str = "") -> InventoryError:
    return InventoryError(message, hint=hint, kind="pattern")


class Names(NamedTuple):
    """What a pattern can name: hosts as the file first lists them; groups with all their hosts."""

    hosts: Mapping[str, Host]
    groups: Mapping[str, Sequence[str]]

    def match(self, term: str, mode: str = "") -> Sequence[str] | None:
        """The hosts that one term matches, in Ansible's order; None when nothing bears its name.

        A plain term that is a host's name means that host, even if a group bears the name too.
        Raises InventoryError for a broken regex and for a single subscript out of range.
        """
        if not mode and term in self.hosts:
            return [term]
        found = None if term[0] == "~" else _SUBSCRIPT.fullmatch(term)
        if found is None:
            return self._enumerate(term)
        word, index, first, last = found.groups()
        hosts = self._enumerate(word)
        if not hosts:
            return hosts
        if index is None:
            return hosts[int(first) : int(last) + 1 if last else None]
        return [_at(hosts, int(index), term)]

    def _enumerate(self, word: str) -> list[str] | None:
        """Hosts of the matching groups; then, for a glob, a regex or no group, matching hosts."""
        shape = _compile(word)
        groups = [name for name in self.groups if shape.match(name)]
        hosts = [host for name in groups for host in self.groups[name]]
        if not groups or word[0] == "~" or not _GLOB.isdisjoint(word):
            hosts += [host for host in self.hosts if shape.match(host)]
        return hosts if hosts or groups else None

    def suggest(self, term: str) -> str:
        """The names nearest to a term that matched nothing."""
        found = _SUBSCRIPT.fullmatch(term)
        return suggest(found[1] if found else term, [*self.groups, *self.hosts])


def _at(hosts: list[str], index: int, pattern: str) -> str:
    try:
        return hosts[index]
    except IndexError:
        raise pattern_error(f"{pattern!r} is out of range: {len(hosts)} hosts match") from None


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # what "[[" may mean one day
            return re.compile(pattern[1:] if pattern[0] == "~" else translate(pattern))
    except (re.error, RecursionError, OverflowError) as wrong:
        raise pattern_error(f"{pattern!r} is not a valid regular expression: {wrong}") from None


ReadFile = Callable[[str], str]


class Term(NamedTuple):
    """One term of a pattern: it matches what any of its words does.

    ``mode`` is ``!`` (without these), ``&`` (only these) or empty.
    """

    mode: str
    words: tuple[str, ...]


class Choice(NamedTuple):
    """The hosts a pattern selects, and those of its words that name nothing known."""

    hosts: set[str]
    unknown: tuple[str, ...]


class Selector(NamedTuple):
    """The names a pattern may use: those of the inventory, the named sets, and files."""

    names: Names
    sets: Mapping[str, Sequence[str]]
    read_file: ReadFile | None

    def choose(self, pattern: str) -> Choice:
        """Raises InventoryError (kind ``pattern``) for a pattern that is broken or blank."""
        pieces = split_pattern(pattern)
        if not pieces:
            raise pattern_error("an empty host pattern", "leave it out to mean every host")
        terms = [term for piece in pieces for term in self._terms(piece)]
        found = {(t.mode, word): self.names.match(word, t.mode) for t in terms for word in t.words}
        hosts = [{h for word in t.words for h in found[t.mode, word] or ()} for t in terms]
        unknown = tuple(word for (_, word), matched in found.items() if matched is None)
        return Choice(self._combine([t.mode for t in terms], hosts), unknown)

    def _combine(self, modes: list[str], hosts: list[set[str]]) -> set[str]:
        """What plain terms match (all hosts where there are none), then ``&``, then ``!``."""
        chosen = set().union(*_marked("", modes, hosts)) if "" in modes else set(self.names.hosts)
        chosen.intersection_update(*_marked("&", modes, hosts))
        chosen.difference_update(*_marked("!", modes, hosts))
        return chosen

    def _terms(self, piece: str) -> list[Term]:
        """A plain ``@FILE`` brings its lines as terms of their own, so a ``!line`` excludes.

        One without lines matches nothing. Ansible drops it, and with it the whole limit: an
        empty list of failed hosts would there select every host.
        """
        mode, word = split_mode(piece)
        if word[0] != "@":
            return [Term(mode, (word,))]
        lines = self._lines(word[1:])
        if mode or not lines:
            return [Term(mode, lines)]
        return [Term(mark, (line,)) for mark, line in map(split_mode, lines)]

    def _lines(self, name: str) -> tuple[str, ...]:
        lines = self.sets[name] if name in self.sets else self._read(name).splitlines()
        stripped = (line.strip() for line in lines)
        return tuple(line for line in stripped if line and not line.startswith("#"))

    def _read(self, name: str) -> str:
        if self.read_file is None or not name:
            raise pattern_error(f"nothing is known as '@{name}'")
        try:
            return self.read_file(name)
        except (OSError, UnicodeDecodeError) as wrong:
            raise pattern_error(f"cannot read '@{name}': {wrong}") from wrong


def _marked(mode: str, modes: list[str], hosts: list[set[str]]) -> list[set[str]]:
    return [some for mark, some in zip(modes, hosts, strict=True) if mark == mode]
