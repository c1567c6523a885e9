"""From ``--limit`` and ``--exclude`` to the hosts they mean, with ``@NAME`` and ``@FILE``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ftlab.inventory.names import Names
from ftlab.inventory.terms import pattern_error, split_mode, split_pattern

ReadFile = Callable[[str], str]
Patterns = str | Sequence[str] | None
"""A host pattern, or several that unite; ``None``: none is given."""


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
        hosts = [{h for word in t.words for h in found[t.mode, word].hosts} for t in terms]
        unknown = tuple(match.unknown for match in found.values() if match.unknown)
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
            why = getattr(wrong, "strerror", None) or "it is not UTF-8"
            raise pattern_error(f"cannot read '@{name}': {why}") from wrong


def _marked(mode: str, modes: list[str], hosts: list[set[str]]) -> list[set[str]]:
    return [some for mark, some in zip(modes, hosts, strict=True) if mark == mode]
